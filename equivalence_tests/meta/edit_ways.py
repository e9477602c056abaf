"""Random edits of the ways' own files, and which of them no claim sees.

    python -m equivalence_tests.meta.edit_ways pure --seed 0 --count 300
    python -m equivalence_tests.meta.edit_ways pure --files 'cells/*'

The files of a way are those of its package, and those of networks and equations
that all ways share: these are copied with it. Each edit is planted in such a
copy, and every model whose files reach the edited one is judged by its
programs; where these are the same, a few models by what they refuse, by filters
and containers, and eagerly; and a transform by its own tests. What lives on is
printed. Edits that change nothing stand in `unchanging.txt`, each with the
reason.
"""

import argparse
import ast
import importlib
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import jax

from equivalence_tests.meta.copies import PACKAGE, passes
from equivalence_tests.meta.faults import ROOMS, copy, place, renamed
from equivalence_tests.meta.random_edits import Edit, drawn
from equivalence_tests.meta.survivors import told
from equivalence_tests.suite.cases import Case, Example, real_text
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
FEW = 3  # models that are called too
SECONDS = 120  # that an edit may take on a model: it is seen to hang
KEPT = ('networks/kinds', 'networks/network')  # which no copy has
PLAN = Plan(examples=0, seed=0, text=real_text())


def files_of(way: str) -> dict[str, Path]:
  """The files of a way, and of what all ways share, by their names in edits."""
  rooms = {'': find(way).folder}
  rooms |= {f'{room}/': Way(room, f'core_rnn.{room}').folder for room in ROOMS}
  return {
    f'{room}{file.relative_to(folder)}': file
    for room, folder in rooms.items()
    for file in sorted(folder.rglob('*.py'))
    if file.stem != '__init__' and f'{room}{file.stem}' not in KEPT
  }


def imported(text: str) -> Iterator[str]:
  """The modules that a module names in its imports."""
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, ast.ImportFrom) and node.module:
      yield node.module
    elif isinstance(node, ast.Import):
      yield from (alias.name for alias in node.names)


def reached(way: str, model: str) -> set[str]:
  """The files that a model's own file imports, and what these import."""
  known = files_of(way)
  found: set[str] = set()
  due = [name for name in known if name.endswith(f'/{model}.py')]
  due = [name for name in due if not name.startswith(ROOMS)]
  while due:
    name = due.pop()
    if name in found or name not in known:
      continue
    found.add(name)
    for module in imported(known[name].read_text()):
      module = module.removeprefix(f'{OWN[way]}.').removeprefix('core_rnn.')
      due.append(module.replace('.', '/') + '.py')
  return found


@contextmanager
def within(seconds: int) -> Iterator[None]:
  """What is inside is stopped after so many seconds.

  Raises:
    TimeoutError: it took longer.
  """

  def stop(*_):
    raise TimeoutError(f'over {seconds} s')

  signal.signal(signal.SIGALRM, stop)
  signal.alarm(seconds)
  try:
    yield
  finally:
    signal.alarm(0)


def other_program(case: Case, ways: tuple[Way, Way]) -> bool:
  """Whether some program of the second way is not the first's."""
  for setting in (*case.rows, *covering(case)):
    every = setting in case.rows
    names = programs_of(case, setting) if every else ['init', 'apply']
    with setting_width(setting):
      first, edited = (subject(way, case, setting) for way in ways)
      if not all(edited.same_program(first, name) for name in names):
        return True
  return False


def other_calls(case: Case, ways: tuple[Way, Way]) -> str:
  """The claim that sees an edit in what no program shows; '' if none does.

  That is what is refused, what is run eagerly, and what is returned for any
  filter and in any container.
  """
  for claim in UNSHOWN:
    if judge(claim, case, ways, PLAN).fails:
      return claim
  trial = Trial(ways, case, Example(case.rows[0]), thorough=True)
  trial.agree('eager', 'init', call('init', trial.rngs, *trial.one))
  return ''


def seen(case: Case, ways: tuple[Way, Way], by_calls: bool) -> str:
  """What sees an edit in the second way on a model; '' if it lives."""
  try:
    with within(SECONDS):
      if not by_calls:
        return 'program' if other_program(case, ways) else ''
      return other_calls(case, ways)
  except Exception as error:
    return type(error).__name__


def own_tests(way: str, edit: Edit) -> str:
  """Whether the tests of a transform see an edit in it; '' if it has none."""
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
  """A copy of the way with the edit in it; outside, nothing of it is left."""
  with tempfile.TemporaryDirectory() as folder:
    edited = copy(way, Path(folder), str(number))
    text = edit.apply(files_of(way)[edit.file].read_text())
    file = place(Path(folder), edited.package, edit.file)
    file.write_text(renamed(text, OWN[way], edited.package))
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
  """The model and the claim that see an edit; nothing, if it lives."""
  first = find(next(name for name in OWN if name != way))
  models = [m for m in CASES if edit.file in reached(way, m)]
  models.sort(key=lambda model: not edit.file.endswith(f'/{model}.py'))
  tried = [(model, False) for model in models]
  # what a network says of its arguments and streams shows in calls alone
  own = [m for m in models if f'networks/{family(m)}.py' == edit.file]
  tried += [(model, True) for model in own or models[:FEW]]
  with planted(way, edit, number) as edited:
    for model, by_calls in tried:
      claim = seen(CASES[model], (first, edited), by_calls)
      if claim:
        return f'{model} {claim}'
  return own_tests(way, edit)


def family(model: str) -> str:
  """The family of a model: the folder that its file is in."""
  return f'{find(next(iter(OWN))).module(model)}'.split('.')[-2]


def arguments() -> argparse.Namespace:
  """What the command line says."""
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('way', choices=OWN)
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--count', type=int, default=300)
  names = 'of files to edit, as "cells/*": by default all'
  parser.add_argument('--files', nargs='+', default=['*'], help=names)
  return parser.parse_args()


def main() -> int:
  """Draws, plants and judges; 1 if an edit lives that has no reason to."""
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
