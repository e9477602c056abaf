"""The tool that edits shared files at random sees an edit, and only an edit."""

import subprocess
import sys

import pytest

from core_rnn.networks import FAMILIES
from equivalence_tests.meta.edit_shared import TESTS, files, models_of
from equivalence_tests.meta.imports import reached
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import find
from equivalence_tests.tests.conftest import ROOT

# Edits of a file that a single model imports, so that the judge is quick. The
# first changes nothing, the second every output.
KILLERS = """
from equivalence_tests.meta import edit_shared
from equivalence_tests.meta.random_edits import Edit

text = edit_shared.files()['equations/convolution.py'].read_text()

def edit(old, new):
  start, name = text.index(old), 'equations/convolution.py'
  return Edit(name, start, start + len(old), old, new, '')

edits = [None, edit("'SAME'", '"SAME"'), edit("'HWIO'", "'WHIO'")]
for _, said in edit_shared.killers(edits, 2):
  print(repr(said))
"""
JOBS = """
from equivalence_tests.meta.forking import Job, results
given = (
  ('endless',), ('error', 'a message'), ('crash',), ('place',), ('place',)
)
jobs = [
  Job('equivalence_tests.tests.meta.jobs', name, tuple(args), str)
  for name, *args in given
]
jobs[-1] = jobs[-1]._replace(change=None)
for result in results(jobs, 2, 5):
  print(getattr(result, 'reason', result))
"""


def run(script):
  """Return the lines that a script prints; it forks before it uses JAX."""
  done = subprocess.run(
    [sys.executable, '-Werror', '-c', script],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=False,
  )
  assert not done.returncode, done.stderr
  return done.stdout.splitlines()


def test_an_edit_is_seen_where_it_changes_something():
  assert run(KILLERS) == ["''", "''", "'conv_lstm oracle'"]


def test_a_job_that_does_not_end_or_has_no_result_is_lost():
  *lost, edited, plain = run(JOBS)
  assert lost == ['time limit', 'LookupError', 'crash']
  assert plain == str(ROOT / 'core_rnn')
  assert edited.endswith('/core_rnn')
  assert edited != plain


def test_the_shared_files_are_of_no_way():
  names = [*files()]
  assert 'networks/cells/elman.py' in names
  assert {'padding.py', 'initializers.py', 'checks/arrays.py'} <= {*names}
  assert not any(name.startswith(('pure/', 'scope/')) for name in names)


@pytest.mark.parametrize('model', CASES)
def test_the_model_of_a_description_is_judged_first(model):
  (name,) = (
    name
    for name in files()
    if name.startswith('networks/') and name.endswith(f'/{model}.py')
  )
  assert models_of(name)[0] == model


def test_an_edit_of_what_one_model_imports_is_judged_by_it_alone():
  assert models_of('equations/convolution.py') == ['conv_lstm']


def test_an_edit_of_what_all_models_import_is_judged_by_each_family_first():
  models = models_of('checks/arrays.py')
  assert {*models} == {*CASES}
  first = models[: len(FAMILIES)]
  assert len({find('pure').module(m).split('.')[-2] for m in first}) == len(
    first
  )


def test_a_module_that_is_named_in_an_import_is_reached():
  names = {file.name for file in reached('core_rnn.pure.cells.elman')}
  assert {'elman.py', 'dense.py', 'padding.py', 'kinds.py'} <= names
  assert 'gru.py' not in names


def test_the_tests_of_a_file_are_there():
  tests = ROOT / 'equivalence_tests' / 'tests'
  assert all(
    (tests / test).exists() for some in TESTS.values() for test in some
  )
