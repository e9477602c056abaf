"""`char-rnn`, as its users run it, and what it says to their mistakes."""

import io
import json
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from contextlib import redirect_stdout
from importlib.metadata import entry_points

import numpy as np
import pytest

from core_rnn.language_model import loading
from core_rnn.language_model.__main__ import main
from core_rnn.language_model.settings import (
  BOUNDS,
  Settings,
  flag,
  given_in,
  resumed,
)
from core_rnn.language_model.text import vocabulary_of
from equivalence_tests.tests.conftest import process
from equivalence_tests.tests.language_model.conftest import SMALL, TEXT, WAY

THE_WAY = ('--way', WAY)


@pytest.fixture(scope='module')
def one_run(tmp_path_factory):
  """What a command says, and the folder that it trained into."""
  folder, said = tmp_path_factory.mktemp('run'), io.StringIO()
  text, out_dir = folder / 'text.txt', folder / 'out'
  text.write_text(TEXT)
  given = ('train', text, *SMALL, *THE_WAY, '--out-dir', out_dir)
  with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
    patch.setattr(sys, 'unraisablehook', sys.unraisablehook)
    patch.setattr(sys, 'path', [*sys.path])
    patch.setattr(sys, 'argv', ['char-rnn', *map(str, given)])
    with pytest.raises(SystemExit) as stop:
      main()
  assert not stop.value.code
  return said.getvalue().splitlines(), out_dir


@pytest.fixture
def out_dir(one_run, tmp_path):
  """A copy of the folder, `out` where the next command is run."""
  return shutil.copytree(one_run[1], tmp_path / 'out')


def losses(out_dir, name):
  """By step."""
  lines = (out_dir / 'metrics.jsonl').read_text().splitlines()
  found = [json.loads(line) for line in lines]
  return {line['step']: line[name] for line in found if name in line}


def test_it_says_what_it_is_about_to_do_and_how_it_goes(one_run):
  first, look, *_, last = one_run[0]
  assert first == (
    'concatenated 8, 28 characters in the vocabulary; 809 to train on, '
    '89 held out; steps 0 to 20 on 1 device'
  )
  assert look.startswith('step 10: loss ')
  assert last.endswith('5 to 20: training loss')


def test_the_metrics_are_in_nats_and_in_bits(out_dir):
  assert [*losses(out_dir, 'loss')] == [5, 10, 15, 20]
  assert [*losses(out_dir, 'val_loss')] == [10, 20]
  for nats, bits in (('loss', 'bits'), ('val_loss', 'val_bits')):
    for step, value in losses(out_dir, nats).items():
      assert losses(out_dir, bits)[step] == pytest.approx(value / np.log(2))


def test_it_leaves_the_best_the_last_the_metrics_and_a_picture(out_dir):
  assert {path.name for path in out_dir.iterdir()} == {
    *('best', 'last', 'loss.svg', 'metrics.jsonl')
  }
  ElementTree.parse(out_dir / 'loss.svg')


def test_the_best_is_judged_to_be_as_good_as_it_was(out_dir, char_rnn):
  """In as many streams; in a single one, it remembers more."""
  held_out = losses(out_dir, 'val_loss')
  best = min(held_out, key=held_out.get)
  done = char_rnn('eval', '--out-dir', 'out', *THE_WAY, '--batch-size', 4)
  assert done.status == 0, done.err
  assert done.out.startswith(
    f'out, best of step {best}: {held_out[best]:.4f} nats, '
  )
  assert done.out.endswith('bits a character, of 89\n')


@pytest.mark.usefixtures('out_dir')
def test_it_judges_by_another_text(char_rnn):
  fed = b'the lazy dog. the quick fox'
  done = char_rnn('eval', '-', '--out-dir', 'out', *THE_WAY, stdin=fed)
  assert done.status == 0, done.err
  assert done.out.endswith(f'of {len(fed) - 1}\n')


@pytest.mark.usefixtures('out_dir')
def test_a_text_with_characters_that_are_unknown_is_refused(char_rnn):
  given = ('eval', '-', '--out-dir', 'out', *THE_WAY)
  done = char_rnn(*given, stdin=b'the DOG!')
  assert (done.status, done.out) == (2, '')
  assert done.err == (
    "char-rnn: -: expected characters of the vocabulary, got '!DGO'\n"
  )


@pytest.mark.usefixtures('out_dir')
def test_a_run_that_has_ended_has_nothing_to_go_on_with(char_rnn):
  done = char_rnn('train', '--out-dir', 'out', '--resume', *THE_WAY)
  assert done.status == 0, done.err
  assert 'steps 20 to 20' in done.out


def test_it_gives_the_model_the_vocabulary_and_the_variables_back(out_dir):
  found = loading.load(out_dir, 'last', WAY)
  assert found.vocabulary == vocabulary_of(TEXT)
  assert found.step == 20
  tokens = found.vocabulary.encode('the dog')[None]
  _, logits = found.model.apply(found.variables, tokens)
  assert logits.shape == (1, 7, 28)


MISTAKES = {
  'a missing file': (['nowhere'], 'nowhere: No such file or directory'),
  'an unknown option': (['--wrong'], 'unknown option --wrong'),
  'an unknown way': (['--way', 'wrong'], '--way: expected pure, scope, linen'),
  'an unknown cell': (['--cell', 'wrong'], 'Invalid value'),
  'no features': (['--features', '0'], 'features[0]: expected an int >= 1'),
  'letters': (['--features', 'a,b'], '--features: expected numbers'),
  'too long a chunk': (['--block-size', '810'], 'to train on: expected 811'),
  'nothing held out': (['--val-fraction', '0'], 'held-out text: expected 9'),
  'too many devices': (['--devices', '2'], '--devices: expected 1 to 1, got 2'),
  'nothing to go on with': (['--resume'], 'expected a checkpoint, got none'),
  'a last rate': (['--min-lr', '1'], '--min-lr: expected at most'),
}


@pytest.mark.parametrize('mistake', MISTAKES)
def test_a_mistake_is_told_in_one_line(char_rnn, text, mistake):
  options, message = MISTAKES[mistake]
  source = [] if mistake in ('a missing file', 'an unknown option') else [text]
  usual = {'--batch-size': 4, '--block-size': 8, '--way': WAY}
  for name in options[::2]:
    usual.pop(name, None)
  given = [word for pair in usual.items() for word in pair]
  done = char_rnn('train', *source, *given, *options)
  assert done.status == 2
  assert message in done.err
  assert done.err.startswith('char-rnn: ')
  assert done.err.count('\n') == 1
  assert done.out == ''


@pytest.mark.parametrize('name', BOUNDS)
def test_a_number_out_of_bounds_is_told_in_one_line(char_rnn, text, name):
  done = char_rnn('train', text, flag(name), '-1')
  low = BOUNDS[name][0]
  assert done.status == 2
  assert done.err.startswith(
    f'char-rnn: {flag(name)}: expected a number >= {low}'
  )
  assert done.err.endswith(', got -1\n')


@pytest.mark.parametrize(
  ('options', 'message'),
  [
    ([], '--out-dir out: expected no run there, got one; --resume goes on'),
    (['--resume', '--batch-size', '2'], '--batch-size: expected 4 to go on'),
    (['--resume', '--batch-size=32'], '--batch-size: expected 4 to go on'),
    (['--resume', 'another'], 'got another, which has other characters: '),
  ],
)
def test_what_does_not_go_with_a_run_is_refused(
  out_dir, char_rnn, tmp_path, options, message
):
  (tmp_path / 'another').write_text(TEXT + '‽')
  done = char_rnn('train', *THE_WAY, '--out-dir', 'out', *options)
  assert done.status == 2
  assert message in done.err
  assert done.err.count('\n') == 1


def test_a_run_can_be_made_longer(out_dir, char_rnn):
  options = (*THE_WAY, '--out-dir', 'out', '--resume', '--max-iters', 25)
  done = char_rnn('train', *options)
  assert done.status == 0, done.err
  assert 'steps 20 to 25' in done.out


def test_a_flag_that_is_given_at_its_default_counts():
  usual = Settings()
  given = given_in(['train', '--max-iters', str(usual.max_iters)], usual)
  assert resumed(given, Settings(max_iters=25)) == usual
  assert resumed({}, Settings(max_iters=25)).max_iters == 25


def test_a_full_disk_is_told_in_one_line_and_the_last_step_is_there(
  out_dir, char_rnn, monkeypatch
):
  def full(*_, **__):
    raise OSError(28, 'No space left on device')

  monkeypatch.setattr('orbax.checkpoint.Checkpointer.save', full)
  options = (*THE_WAY, '--out-dir', 'out', '--resume', '--max-iters', 25)
  done = char_rnn('train', *options)
  assert done.status == 1
  assert done.err == (
    'char-rnn: out: step 25 was not saved: No space left on device; step 20 is '
    'whole, and --resume goes on from there\n'
  )


def test_a_loss_that_is_no_number_stops_the_run(char_rnn, text):
  options = (*SMALL, *THE_WAY, '--learning-rate', 1e30, '--grad-clip', 0)
  done = char_rnn('train', text, *options)
  assert done.status == 1
  assert 'try a smaller --learning-rate' in done.err


@pytest.mark.parametrize('command', ['train', 'eval'])
def test_help_says_what_each_option_is_for(char_rnn, command):
  done = char_rnn(command, '--help')
  assert done.status in (0, None)
  words = ' '.join(done.out.split())
  assert 'standard input' in words
  if command == 'train':
    for name in (*BOUNDS, 'out_dir', 'resume', 'way', 'devices', 'features'):
      assert flag(name) in words


def test_the_command_and_the_module_are_one():
  (script,) = entry_points(group='console_scripts', name='char-rnn')
  assert script.load() is main
  done = process(sys.executable, '-m', 'core_rnn.language_model', '--version')
  assert done.status == 0, done.err
  assert done.out.strip()
