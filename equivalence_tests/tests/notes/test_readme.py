"""What the README says runs, and runs as it says."""

import re
import shlex
import subprocess
import sys
import tomllib

import pytest

from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.terms import ORACLE_ULP
from equivalence_tests.terminal.markdown import BEGIN, END
from equivalence_tests.tests.conftest import ROOT, process

README = ROOT / 'README.md'

TEXT = README.read_text()


def blocks(language):
  return re.findall(rf'```{language}\n(.*?)```', TEXT, re.DOTALL)


def commands():
  """Every command of the README but the two that open it."""
  for block in blocks('sh')[1:]:
    for line in block.splitlines():
      # test_notes.py runs the one, the other is the main job once more, and
      # those of the language model follow each other, see below
      words = 'sphinx-build', '--markdown', 'char-rnn'
      if not any(word in line for word in words):
        yield line


def test_it_opens_with_the_two_commands():
  assert blocks('sh')[0] == (
    'pip install uv && uv run equivalence     '
    '# judge the three ways: the main job\n'
    'uv run pytest                            # the tests\n'
  )


@pytest.mark.parametrize('command', [*commands()])
def test_a_command_of_the_readme_runs(equivalence, tmp_path, command):
  words = shlex.split(command)
  if words[:4] == ['uv', 'run', 'python', '-m']:
    done = process(sys.executable, *words[3:], cwd=tmp_path)
  else:
    assert words[:3] == ['uv', 'run', 'equivalence']
    done = equivalence(*words[3:], cwd=tmp_path)
  assert done.status == 0, done.out + done.err


def test_the_language_model_of_the_readme_trains_goes_on_and_writes(tmp_path):
  char_rnn = sys.executable, '-m', 'core_rnn.language_model'
  told = [
    process(*char_rnn, *shlex.split(line)[3:], cwd=tmp_path)
    for line in TEXT.splitlines()
    if line.startswith('uv run char-rnn ')
  ]
  assert [done.status for done in told] == [0] * 4, told
  trained, resumed, judged, written = (done.out for done in told)
  assert 'steps 0 to 50' in trained
  assert 'steps 50 to 75' in resumed
  assert 'bits a character' in judged
  assert written.startswith('The ')
  assert len(written) == len('The ') + 200 + len('\n')


def test_the_python_of_the_readme_runs(tmp_path):
  done = subprocess.run(
    [sys.executable, '-c', '\n'.join(blocks('python'))],
    cwd=tmp_path,
    capture_output=True,
    text=True,
    check=False,
  )
  leaf = "['params']['Dense_0']['{}'] of what is returned is a tracer"
  leaks = [
    'scope / makes a child in a trace not its own',
    *map(leaf.format, ('bias', 'kernel')),
  ]
  expected = ['(3,) (8, 3, 3)', *leaks, *['(3,) (5, 3)'] * 3]
  assert done.stdout.splitlines() == expected, done.stderr


def table():
  """The cells of the table of models and claims, by model and claim."""
  lines = TEXT.partition(BEGIN)[2].partition(END)[0].splitlines()
  heads, _, units, *rows = (
    [cell.strip() for cell in line.split('|')] for line in lines
  )
  assert heads[2:-1] == [*CLAIMS]
  assert units[2:-1] == [claim.unit for claim in CLAIMS.values()]
  return {
    row[1].strip('`'): dict(zip(CLAIMS, row[2:], strict=False)) for row in rows
  }


def test_its_table_has_every_model_and_all_holds():
  found = table()
  assert list(found) == [*CASES]
  for model, cells in found.items():
    for claim in ('init', 'vmapped_init', 'outputs', 'gradients', 'exchange'):
      assert cells[claim] == '0', f'{model}: {claim}'
    assert 'FAILS' not in cells.values()
    assert int(cells['program']) > 0
    assert float(cells['oracle']) <= ORACLE_ULP


@pytest.mark.parametrize('model', ['counter', 'dense'])
def test_its_figures_are_those_that_the_command_finds(
  equivalence, tmp_path, model
):
  """Those that are the same on every version."""
  file = tmp_path / 'README.md'
  file.write_text(f'before\n{BEGIN}old{END}\nafter\n')
  claims = ('signature', 'variables', 'init', 'errors')
  options = [word for claim in claims for word in ('--claim', claim)]
  done = equivalence(model, *options, '--markdown', file)
  assert done.status == 0, done.out
  before, heads, _, _, row, after = (
    file.read_text().replace(BEGIN, '').replace(END, '').splitlines()
  )
  assert (before, after) == ('before', 'after')
  assert heads == f'| model | {" | ".join(claims)} |'
  expected = [table()[model][claim] for claim in claims]
  assert row == f'| `{model}` | {" | ".join(expected)} |'


def test_every_dependency_has_its_reason():
  project = tomllib.loads((ROOT / 'pyproject.toml').read_text())
  groups = project['dependency-groups'].values()
  listed = [project['project']['dependencies'], *groups]
  needs = [need for group in listed for need in group if isinstance(need, str)]
  required = {re.match('[a-z-]+', need)[0] for need in needs}
  table = TEXT.split('| package | reason |')[1]
  rows = [line.split('|')[1] for line in table.splitlines() if '|' in line]
  reasoned = {name.strip() for row in rows for name in row.split(',')}
  assert required <= reasoned, required - reasoned
