"""Edit the files of one way at random, and list the edits that no claim sees.

    python -m equivalence_tests.meta.edit_ways pure --seed 0 --count 300
    python -m equivalence_tests.meta.edit_ways pure --files 'cells/*'

The files of a way are those of its package; `edit_shared` edits the files that
all ways import. Each edit is planted in a copy of the package. The programs of
every model whose files import the edited one are compared with those of another
way. If they are the same, a few of the models are judged by the claims that no
program shows, and a transform by its own tests. The edits that pass all of this
are printed. `unchanging.txt` lists edits that change nothing, each with a
reason.
"""

import argparse
import importlib
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import jax

from equivalence_tests.meta import imports
from equivalence_tests.meta.copies import PACKAGE, passes
from equivalence_tests.meta.faults import copy
from equivalence_tests.meta.random_edits import Edit, drawn
from equivalence_tests.meta.survivors import told
from equivalence_tests.suite.cases import Case, Example, Setting, real_text
from equivalence_tests.suite.covering import covering
from equivalence_tests.suite.judge import Plan, judge, setting_width
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import SUBJECTS, programs_of, subject
from equivalence_tests.suite.strictness import (
  be_strict,
  cache_folder,
  compile_quickly,
  keep_compiled,
)
from equivalence_tests.suite.trial import Trial, call
from equivalence_tests.suite.ways import OWN, Way, find

UNSHOWN = ('signature', 'outputs', 'state', 'exchange', 'errors')
FEW = 3  # models that are judged by the claims that no program shows
SECONDS = 120  # time limit of an edit on a model; one that exceeds it is seen
PLAN = Plan(examples=0, seed=0, text=real_text())
imported = imports.imported  # TODO: test_architecture.py can import it itself


def files_of(way: str) -> dict[str, Path]:
  """Return the files of a way by their names in edits: `cells/elman.py`."""
  folder = find(way).folder
  return {
    str(file.relative_to(folder)): file
    for file in sorted(folder.rglob('*.py'))
    if file.stem != '__init__'
  }


def reached(way: str, model: str) -> set[str]:
  """Return the files of a way that a model imports, its own among them."""
  module = find(way).module(model)
  files = imports.reached(module) if module else ()
  return {name for name, file in files_of(way).items() if file in files}


@contextmanager
def within(seconds: int) -> Iterator[None]:
  """Limit the time of what is inside.

  Raises:
    TimeoutError: it takes longer.
  """

  def stop(*_):
    raise TimeoutError(f'over {seconds} s')

  signal.signal(signal.SIGALRM, stop)
  signal.alarm(seconds)
  try:
    yield
  finally:
    signal.alarm(0)


def other_program(case: Case, ways: tuple[Way, Way], setting: Setting) -> bool:
  """Return whether a program of the second way is not that of the first.

  The derivatives follow from `apply`, if it has the rules of the first way.
  """
  with setting_width(setting):
    first, edited = (subject(way, case, setting) for way in ways)
    if not all(edited.same_program(first, name) for name in ('init', 'apply')):
      return True
    if setting not in case.rows or edited.same_function(first):
      return False
    every = programs_of(case, setting)
    return not all(edited.same_program(first, name) for name in every)


def other_calls(case: Case, ways: tuple[Way, Way]) -> str:
  """Return the claim that sees an edit which no program shows; '' if none does.

  The claims judge which arguments are refused, what runs without `jit`, and
  what is returned for each filter and container.
  """
  for claim in UNSHOWN:
    if judge(claim, case, ways, PLAN).fails:
      return claim
  trial = Trial(ways, case, Example(case.rows[0]), thorough=True)
  trial.agree('eager', 'init', call('init', trial.rngs, *trial.one))
  return ''


def seen(case: Case, ways: tuple[Way, Way], by: str) -> str:
  """Return what sees an edit of the second way on a model; '' if nothing does.

  Args:
    case: of the model.
    ways: a way, and the way with the edit.
    by: 'rows', 'covering' or 'calls': which settings the programs are compared
      in, or that the model is judged by what no program shows.
  """
  try:
    with within(SECONDS):
      if by == 'calls':
        return other_calls(case, ways)
      settings = case.rows if by == 'rows' else covering(case)
      differs = any(other_program(case, ways, setting) for setting in settings)
      return 'program' if differs else ''
  except Exception as error:
    return type(error).__name__


def own_tests(way: str, edit: Edit) -> str:
  """Return whether the tests of a transform see an edit of it; '' if not."""
  if not edit.file.startswith('transforms/'):
    return ''
  package = OWN[way].replace('.', '/')
  place = edit._replace(file=f'{package}/{edit.file}')
  tests = PACKAGE / 'tests'
  files = sorted(tests.glob('transforms/test_layer_scan*.py'))
  names = [str(file.relative_to(tests)) for file in files]
  return '' if passes(place, names) else 'own tests'


@contextmanager
def planted(way: str, edit: Edit, number: int) -> Iterator[Way]:
  """Yield a copy of a way with an edit in it; remove all of it afterwards."""
  with tempfile.TemporaryDirectory() as folder:
    edited = copy(way, Path(folder), str(number))
    text = edit.apply(files_of(way)[edit.file].read_text())
    file = Path(folder) / edited.package / edit.file
    file.write_text(text.replace(OWN[way], edited.package))
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
      yield edited
    finally:
      sys.path.remove(folder)
      for key in [k for k, one in SUBJECTS.items() if one.way == edited]:
        del SUBJECTS[key]
      for name in [n for n in sys.modules if n.startswith(edited.package)]:
        del sys.modules[name]


def killer(way: str, edit: Edit, number: int) -> str:
  """Return the model and the claim that see an edit; '' if none does."""
  first = find(next(name for name in OWN if name != way))
  models = [m for m in CASES if edit.file in reached(way, m)]
  models.sort(key=lambda model: not edit.file.endswith(f'/{model}.py'))
  tried = [(model, by) for by in ('rows', 'covering') for model in models]
  tried += [(model, 'calls') for model in models[:FEW]]
  with planted(way, edit, number) as edited:
    for model, by in tried:
      claim = seen(CASES[model], (first, edited), by)
      if claim:
        return f'{model} {claim}'
  return own_tests(way, edit)


def arguments() -> argparse.Namespace:
  """Return the options of the command line."""
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('way', choices=OWN)
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--count', type=int, default=300)
  names = 'patterns of the files to edit, as "cells/*": by default all'
  parser.add_argument('--files', nargs='+', default=['*'], help=names)
  return parser.parse_args()


def main() -> int:
  """Draw edits, plant and judge them; return 1 if one survives unexplained."""
  options = arguments()
  be_strict()
  keep_compiled(cache_folder())
  compile_quickly()
  files = {
    name: file
    for name, file in files_of(options.way).items()
    if any(fnmatch(name, pattern) for pattern in options.files)
  }
  if not files:
    sys.exit(f'no file of {options.way} is named {options.files}')
  edits = drawn(files, options.seed, options.count)

  def judged() -> Iterator[tuple[Edit, bool]]:
    for number, edit in enumerate(edits):
      yield edit, not killer(options.way, edit, number)
      if number % 50 == 49:
        jax.clear_caches()

  return told(options.way, options.seed, judged())


if __name__ == '__main__':
  sys.exit(main())
