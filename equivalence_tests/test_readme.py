"""What the README says runs, and runs as it says."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / 'README.md'

if not README.exists():  # in an installed copy
  pytest.skip('an installed copy has no README', allow_module_level=True)

TEXT = README.read_text()


def blocks(language):
  return re.findall(rf'```{language}\n(.*?)```', TEXT, re.DOTALL)


def commands():
  """Every command of the README but the two that open it."""
  for block in blocks('sh')[1:]:
    for line in block.splitlines():
      if 'sphinx-build' not in line:  # test_notes.py runs that one
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
  assert words[:3] == ['uv', 'run', 'equivalence']
  done = equivalence(*words[3:], cwd=tmp_path)
  assert done.status == 0, done.out + done.err


def test_the_python_of_the_readme_runs(tmp_path):
  (code,) = blocks('python')
  done = subprocess.run(
    [sys.executable, '-c', code],
    cwd=tmp_path,
    capture_output=True,
    text=True,
    check=False,
  )
  assert done.stdout == '(3,) (5, 3)\n' * 3, done.stderr


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
