"""What `equivalence new` writes passes at once, here and in a package."""

import shutil
import sys

import pytest

from equivalence_tests.making.merging import merged
from equivalence_tests.making.names import Names
from equivalence_tests.suite.ways import Misuse
from equivalence_tests.tests.conftest import ROOT, process

SCOPE_FORM = 'settle/scope/transforms/fori_loop.py'


@pytest.fixture(scope='module')
def settle(installed, tmp_path_factory):
  """Runs the command, with nothing but our wheel, on a new `settle`."""
  folder = tmp_path_factory.mktemp('new')
  command = installed / 'bin' / 'equivalence'
  new = ('new', 'settle', '--transform', 'fori_loop')
  done = process(command, *new, cwd=folder)
  assert done.status == 0, done.err
  assert f'wrote settle/{SCOPE_FORM}\n' in done.out
  assert done.out.endswith(
    'then: cd settle && equivalence settle --cases settle && pytest\n'
  )

  def run(*arguments, at='settle'):
    return process(command, *arguments, cwd=folder / at)

  run.project, run.python = folder / 'settle', installed / 'bin' / 'python'
  return run


def test_a_model_by_a_new_transform_is_judged_with_only_the_wheel(settle):
  done = settle('settle', '--cases', 'settle')
  assert done.status == 0, done.out + done.err
  assert done.err == ''
  assert done.out.endswith('every claim holds\n')
  assert '13 claims, 1 model' in done.out


def test_a_fault_planted_in_the_new_transform_is_seen(settle, tmp_path):
  """A turn too few, on scopes, and so in linen, which lifts that form."""
  claim, old, new = 'outputs', '0, count, turn', '1, count, turn'
  folder = shutil.copytree(settle.project, tmp_path / 'copy')
  text = (folder / SCOPE_FORM).read_text()
  assert text.count(old) == 1
  (folder / SCOPE_FORM).write_text(text.replace(old, new))
  done = settle('settle', '--cases', 'settle', '--claim', claim, at=folder)
  assert done.status == 1, done.out + done.err
  assert f'\n{claim}: scope settle: ' in done.out
  pasted = done.out[done.out.index('from math') : done.out.rindex('pure,')]
  again = process(settle.python, '-c', pasted)  # wherever it is pasted
  assert f'Disagreement: {claim}: scope settle: ' in again.err


def test_its_own_tests_pass(settle):
  """They plant the faults of the package in each way, and make ways deaf."""
  done = process(
    *(settle.python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider'),
    cwd=settle.project,
  )
  assert done.status == 0, done.out


@pytest.fixture(scope='module')
def project(tmp_path_factory):
  """A copy of this project with a new model, and one by a new transform."""
  files = process('git', 'ls-files', '-co', '--exclude-standard', cwd=ROOT).out
  folder = tmp_path_factory.mktemp('project')
  for file in filter(None, files.splitlines()):
    if (ROOT / file).exists():
      (folder / file).parent.mkdir(parents=True, exist_ok=True)
      shutil.copy(ROOT / file, folder / file)
  for new in (
    ('peephole', '--family', 'cells'),
    ('settle', '--transform', 'fori_loop'),
  ):
    done = equivalence(folder, 'new', *new)
    assert done.status == 0, done.err
  return folder


def equivalence(folder, *arguments):
  """The command of a copy of this project."""
  module = [sys.executable, '-m', 'equivalence_tests']
  return process(*module, *arguments, cwd=folder)


def test_in_the_house_new_models_are_judged_at_once(project):
  done = equivalence(project, 'peephole', 'settle')
  assert done.status == 0, done.out + done.err
  assert '13 claims, 2 models' in done.out


def test_in_the_house_nothing_is_left_to_format(project):
  """Nor to lint: what is written is as if somebody here had written it."""
  for how in (('check',), ('format', '--check')):
    done = process(sys.executable, '-m', 'ruff', *how, '.', cwd=project)
    assert done.status == 0, done.out


def test_in_the_house_the_tests_of_every_model_are_those_of_new_ones(project):
  """Architecture, planted faults, deaf ways: all that is asked of a model."""
  about = 'peephole or settle or fori_loop or bear_one_name'
  rooms = ('test_architecture.py', 'meta', 'transforms')
  tests = [f'equivalence_tests/tests/{room}' for room in rooms]
  done = process(
    *(sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider'),
    *('-n', '1', '-k', about, *tests),
    cwd=project,
  )
  assert done.status == 0, done.out[-3000:]


def test_in_the_house_a_page_is_begun_for_a_family_or_gets_a_section(project):
  assert '\n# Settle\n' in (project / 'notes/settle.md').read_text()
  assert '\nsettle\npitfalls\n' in (project / 'notes/index.md').read_text()
  cells = (project / 'notes/cells.md').read_text()
  assert cells.startswith((ROOT / 'notes/cells.md').read_text().rstrip())
  assert '\n## Peephole\n' in cells


def test_what_is_there_is_not_written_over(project):
  done = equivalence(project, 'new', 'another', '--transform', 'fori_loop')
  assert done.status == 2
  assert 'expected nothing there, got a file' in done.err
  changed = process('git', 'status', '--porcelain', cwd=project)
  assert 'another' not in changed.out


def test_a_project_of_its_name_is_not_written_over(settle):
  done = settle('new', 'settle', at='.')
  assert done.status == 2
  assert 'settle: expected nothing there, got something' in done.err


@pytest.mark.parametrize(
  ('names', 'words'),
  [
    (('Settle',), 'NAME: expected small letters, words of two or more'),
    (('a_b',), 'NAME: expected small letters, words of two or more'),
    (('class',), 'NAME: expected small letters, words of two or more'),
    (('elman',), "NAME: expected a name that no model has, got 'elman'"),
    (('turns', 'turns'), 'NAME: expected a name that no model has'),
    (('settle', 'a b'), '--transform: expected small letters, words of two'),
  ],
)
def test_a_name_that_is_none_is_misuse(names, words):
  with pytest.raises(Misuse) as misuse:
    Names(*names).check(('elman',))
  assert words in str(misuse.value)


def test_a_family_elsewhere_than_in_the_house_is_misuse(settle):
  done = settle('new', 'other', '--family', 'cells')
  assert done.status == 2
  assert done.err == (
    'equivalence: --family: expected it in this project alone, got cells\n'
  )


def test_what_two_modules_say_is_said_once_in_the_order_of_the_first():
  old = '"""Old."""\n\nimport os\n\nX = 1\n\nCASES = (X,)\n'
  new = (
    '"""N."""\nimport os\nimport sys\nfrom old import X\nY = 2\nCASES = (Y,)\n'
  )
  text = merged(old, new, 'old')
  assert [line for line in text.splitlines() if line] == [
    '"""Old."""',
    'import os',
    'import sys',
    'X = 1',
    'Y = 2',
    'CASES = (',
    'X,',
    'Y,',
    ')',
  ]
