"""Cases that others bring are judged as ours are, or refused in one line."""

import json
import shutil

import pytest

from equivalence_tests.suite.bringing import bring, brought, drop
from equivalence_tests.suite.cases import Example, arrays, given
from equivalence_tests.suite.compare import Disagreement
from equivalence_tests.suite.judge import Plan, judge
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, Misuse, find
from equivalence_tests.tests.conftest import ROOT

READER = ROOT / 'notes' / 'cases' / 'reader.py'
PLAN = Plan(examples=1, seed=0, text='')


@pytest.fixture
def reader(monkeypatch):
  """What the suite knows of the network that reads tokens."""
  monkeypatch.syspath_prepend(READER.parent)
  with brought('reader'):
    yield CASES['reader']


@pytest.fixture
def spoilt(tmp_path, monkeypatch, equivalence):
  """What is said of the file with one text in it in place of another."""

  def run(old, new, *arguments):
    text = READER.read_text()
    assert old in text
    name = f'spoilt_{abs(hash((old, new))):x}'
    file = tmp_path / f'{name}.py'
    file.write_text(text.replace(old, new))
    done = equivalence(*arguments, '--cases', file)
    drop(name)
    return done

  return run


def judged(claim, case):
  return judge(claim, case, [find(way) for way in OWN], PLAN)


@pytest.mark.parametrize('claim', ['init', 'outputs', 'gradients', 'program'])
def test_a_single_file_is_judged_in_our_ways(reader, claim):
  verdict = judged(claim, reader)
  assert verdict.holds, verdict.message
  assert verdict.examples > 2


def test_its_rows_are_made_of_its_network_and_sizes(reader):
  assert [(row.dtype, row.batch) for row in reader.rows] == [
    ('float32', 0),
    ('bfloat16', 2),
    ('float64', 0),
  ]
  needed = {'words': 3, 'features': 3}
  assert all(row.hyperparameters == needed for row in reader.rows)


def test_integers_are_drawn_below_what_the_network_says(reader):
  setting = reader.rows[0]._replace(sizes={'time': 500})
  (struct,) = given(reader, setting)
  (tokens,) = arrays(reader, Example(setting))
  assert struct.dtype == tokens.dtype == 'int32'
  assert {*tokens.tolist()} == {0, 1, 2}


def test_functions_of_ones_own_are_named_by_where_they_are(reader):
  known = ('jax.numpy:tanh', 'reader:softsign')
  assert reader.choices['activation'] == known


def test_what_it_is_called_with_besides_is_the_same_in_every_call(spoilt):
  """A way that does not look at it is another, on every example."""
  deaf = "'table'], not training)"
  done = spoilt("'table'], training)", deaf, 'reader', '--claim', 'outputs')
  assert done.status == 1
  assert 'outputs: scope reader: apply under jit: leaf ' in done.out


def test_without_a_loop_the_oracle_is_not_made(equivalence):
  claims = ('--claim', 'oracle', '--claim', 'errors', '--claim', 'leaks')
  done = equivalence('reader', *claims, '--cases', READER)
  drop('reader')
  assert done.status == 0
  assert 'reader: oracle not made: the case has no loop\n' in done.out
  assert 'reader: errors not made: what is wrong is left to JAX' in done.out
  assert done.out.endswith('2 not made, every other claim holds\n')


def test_a_failing_example_can_be_pasted(spoilt):
  key = "rngs['params']"
  done = spoilt(f'derive({key}, 1)', key, 'reader', '--claim', 'init')
  assert done.status == 1
  pasted = done.out[done.out.index('from math') : done.out.rindex('pure,')]
  with pytest.raises(Disagreement, match=r'^init: scope reader: '):
    exec(pasted, {})
  drop(pasted.rpartition("cases=['")[2].partition("'")[0])


def test_it_is_listed_shown_and_tabulated(equivalence):
  for arguments, words in (
    (['--list', 'reader'], 'Brought by reader.\n  reader '),
    (['show', 'reader'], 'class Reads(nn.Module):'),
    (['table', 'reader', '--steps', '3'], 'params/table'),
  ):
    done = equivalence(*arguments, '--cases', READER)
    assert done.status == 0, done.err
    assert done.out.count(words) == 1
  drop('reader')


def test_a_further_way_and_cases_go_together(equivalence, tmp_path):
  """Theirs in theirs, ours in theirs, and theirs in ours."""
  package = shutil.copytree(ROOT / 'notes/ways/plain_nnx', tmp_path / 'both')
  (package / 'reader.py').write_text('from reader import pure_reader as reader')
  done = equivalence(
    *('reader', 'gru', '--claim', 'outputs', '--json', 'out.json'),
    *('--cases', READER, '--way', 'both'),
    cwd=tmp_path,
  )
  drop('reader')
  assert done.status == 0, done.out + done.err
  assert 'absent' not in done.out
  verdicts = json.loads((tmp_path / 'out.json').read_text())['verdicts']
  assert [(v['model'], v['holds']) for v in verdicts] == [
    ('reader', True),
    ('gru', True),
  ]


def test_what_is_installed_may_bring_cases_by_an_entry_point(
  equivalence, tmp_path
):
  shutil.copy(READER, tmp_path / 'installed_reader.py')
  info = tmp_path / 'reader-1.dist-info'
  info.mkdir()
  (info / 'METADATA').write_text('Name: reader\nVersion: 1\n')
  entry = '[equivalence.cases]\nreader = installed_reader\n'
  (info / 'entry_points.txt').write_text(entry)
  done = equivalence('--list', 'reader', cwd=tmp_path)
  drop('installed_reader')
  assert done.out.startswith('Brought by installed_reader.\n  reader ')


@pytest.mark.parametrize(
  ('old', 'new', 'words'),
  [
    ('CASES = (', 'ROWS = (', 'expected CASES, a tuple of Cases, got None'),
    ('CASES = (', 'CASES = () and (', 'a tuple of Cases, got ()'),
    ("call={'training': True},\n  )", 'call={},\n  ), 3', 'Cases, got int'),
    ('import jax\n', 'import jaxx\n', "No module named 'jaxx'"),
    ('import jax\n', 'import jax\n1 / 0\n', 'ZeroDivisionError: division by'),
    ('Reader', 'Elman', 'elman: this project has one already'),
    ('_reader(n', '_writer(n', 'expected functions <way>_reader for ways of'),
    ("{'time': (1, 4)}", '{}', "sizes: expected one of 'time', got none"),
    ("{'activation':", "{'activated':", 'choices: expected of words, features'),
    ('words: Size\n  f', 'words: complex\n  f', 'words: the case has no cho'),
    ("'errors':", "'error':", "unknown claim 'error'; did you mean errors?"),
  ],
)
def test_what_brings_no_cases_is_misuse(spoilt, old, new, words):
  done = spoilt(old, new, '--list')
  assert done.status == 2
  assert done.err.startswith('equivalence: --cases spoilt_')
  assert words in done.err
  assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
  ('place', 'words'),
  [
    ('nowhere/at_all.py', 'expected a package or a file, got none'),
    ('flaxx', "unknown package or module 'flaxx'; did you mean flax"),
    ('flax', "No module named 'flax.cases'"),
  ],
)
def test_what_is_not_there_is_misuse(equivalence, place, words):
  done = equivalence('--list', '--cases', place)
  assert done.status == 2
  assert done.err.startswith(f'equivalence: --cases {place}')
  assert words in done.err


def test_a_second_package_may_not_bring_the_same_model(
  reader, tmp_path, monkeypatch
):
  shutil.copy(READER, tmp_path / 'again_reader.py')
  monkeypatch.syspath_prepend(tmp_path)
  with pytest.raises(Misuse, match='reader: reader has one already'):
    bring('again_reader')


def test_what_is_brought_twice_is_there_once(reader):
  bring('reader')
  assert CASES['reader'] is reader


def test_after_it_is_dropped_nothing_knows_it(monkeypatch):
  monkeypatch.syspath_prepend(READER.parent)
  with brought('reader'):
    assert find('pure').factory('reader') is not None
  assert 'reader' not in CASES
  assert find('pure').factory('reader') is None
