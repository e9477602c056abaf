"""A run that was killed goes on as if nothing had been, bit for bit."""

import json
import os
import random
import signal
import time

import pytest

from core_rnn.language_model.checkpoints import newest, steps
from core_rnn.language_model.interrupts import Interrupts
from core_rnn.language_model.runs import end_of_block
from core_rnn.language_model.settings import Settings
from equivalence_tests.tests.language_model.conftest import TEXT, WAY
from equivalence_tests.tests.language_model.processes import (
  await_file,
  await_line,
  finish,
  start,
)

OPTIONS = (
  '--way',
  WAY,
  '--features',
  '6',
  '--dropout',
  0.2,
  '--batch-size',
  4,
  '--block-size',
  7,
  '--learned-carry',
  '--max-iters',
  72,
  '--eval-interval',
  12,
  '--log-interval',
  6,
)


class Runs:
  """Runs of one text, and what they leave."""

  def __init__(self, folder):
    self.folder, self.log = folder, folder / 'log'
    self.text = folder / 'text'
    self.text.write_text(TEXT)

  def options(self, out_dir):
    """To begin, or to go on if there is something to go on with."""
    resume = ['--resume'] * bool(steps(out_dir / 'last'))
    return [*OPTIONS, '--out-dir', out_dir, *resume]

  def start(self, out_dir):
    """Begins, or goes on."""
    given, cache = self.options(out_dir), str(self.folder / 'cache')
    return start('train', self.text, *given, log=self.log, CACHE=cache)

  def finish(self, out_dir):
    """To the end."""
    return finish(self.start(out_dir), self.log)

  def losses(self, out_dir):
    """By step, without when it was and how long it took."""
    lines = (out_dir / 'metrics.jsonl').read_text().splitlines()
    changing = ('time', 'characters_per_second')
    return [
      {n: v for n, v in json.loads(line).items() if n not in changing}
      for line in lines
    ]


@pytest.fixture(scope='module')
def runs(tmp_path_factory):
  return Runs(tmp_path_factory.mktemp('runs'))


@pytest.fixture(scope='module')
def unbroken(runs):
  """A run that nobody stopped, and how long it trained."""
  out_dir = runs.folder / 'unbroken'
  process = runs.start(out_dir)
  await_file(out_dir / 'metrics.jsonl', process)
  started = time.monotonic()
  finish(process, runs.log)
  return out_dir, time.monotonic() - started


def assert_same(runs, out_dir, unbroken):
  """They end with the same last, best, and losses between."""
  for kind in ('last', 'best'):
    (found, refused), (expected, _) = (
      newest(folder, kind) for folder in (out_dir, unbroken)
    )
    assert found.step == expected.step
    assert found.about == expected.about  # with the checksum of each array
    assert not refused
  assert runs.losses(out_dir) == runs.losses(unbroken)


@pytest.mark.parametrize('seed', range(int(os.environ.get('KILLS', '3'))))
def test_a_run_that_was_killed_ends_as_one_that_was_not(runs, unbroken, seed):
  expected, seconds = unbroken
  out_dir = runs.folder / f'killed_{seed}'
  process = runs.start(out_dir)
  await_file(out_dir / 'metrics.jsonl', process)
  time.sleep(random.Random(seed).random() * seconds)
  process.kill()
  process.join()
  runs.finish(out_dir)
  assert_same(runs, out_dir, expected)


def test_a_run_that_was_killed_before_its_first_look_goes_on(runs, unbroken):
  expected, _ = unbroken
  out_dir = runs.folder / 'killed_at_once'
  process = runs.start(out_dir)
  await_file(out_dir / 'last' / '0', process)
  process.kill()
  process.join()
  assert steps(out_dir / 'last') == [0]
  assert '--resume' in runs.options(out_dir)
  runs.finish(out_dir)
  assert_same(runs, out_dir, expected)


def test_a_run_that_was_interrupted_saves_says_how_to_go_on_and_does(
  runs, unbroken
):
  expected, _ = unbroken
  out_dir = runs.folder / 'interrupted'
  process = runs.start(out_dir)
  await_line(out_dir / 'metrics.jsonl', process)
  os.kill(process.pid, signal.SIGINT)
  said = finish(process, runs.log, status=130)
  hint = f'char-rnn train --resume --out-dir {out_dir}'
  assert f'stopped; to go on: {hint}' in said
  step = json.loads((out_dir / 'metrics.jsonl').read_text().splitlines()[-1])
  assert steps(out_dir / 'last')[-1] == step['step'] < 72
  runs.finish(out_dir)
  assert_same(runs, out_dir, expected)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_once_and_stops_at_once_the_second_time(number):
  before, said = signal.getsignal(number), []
  with Interrupts(said.append) as interrupts:
    assert not interrupts
    signal.raise_signal(number)
    assert interrupts
    assert said == ['stopping after this block; once more stops at once']
    with pytest.raises(KeyboardInterrupt):
      signal.raise_signal(number)
  assert signal.getsignal(number) is before


def test_blocks_end_where_those_of_a_run_that_goes_on_do():
  settings = Settings(max_iters=20, eval_interval=8, log_interval=3)
  step, ends = 0, []
  while step < 20:
    step = end_of_block(settings, step)
    ends.append(step)
  assert ends == [3, 6, 8, 9, 12, 15, 16, 18, 20]
