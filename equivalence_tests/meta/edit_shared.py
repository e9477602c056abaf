"""Edit the files that all ways share at random, and list what no claim sees.

    python -m equivalence_tests.meta.edit_shared --seed 0 --count 150
    python -m equivalence_tests.meta.edit_shared --files 'equations/*'

The files are those of `core_rnn` that are of no way and that a model imports:
descriptions, numerical methods, padding, initializers, checks. Each edit is
made in a copy of all packages, where the claims of the main job judge every
model that imports the edited file, until one fails. The edits that no claim
sees are judged by the tests of the file, if it has any. The edits that pass all
of this are printed. `unchanging.txt` lists edits that change nothing, each with
a reason.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path

from equivalence_tests.meta import imports
from equivalence_tests.meta.copies import PACKAGE, make, passes
from equivalence_tests.meta.forking import Job, Lost, results
from equivalence_tests.meta.random_edits import Edit, drawn
from equivalence_tests.meta.shared_judge import Digests
from equivalence_tests.meta.survivors import told
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.strictness import be_strict
from equivalence_tests.suite.ways import OWN, find

CORE = PACKAGE.parent / 'core_rnn'
JUDGE = 'equivalence_tests.meta.shared_judge'
SECONDS = 120  # time limit of one step of the judge; longer means seen
TESTS = {  # pattern of files -> the tests that see what no claim can
  'initializers.py': ('models/test_initializers.py',),
  'keys.py': ('calls/test_keys.py',),
  'model.py': ('calls/test_pickling.py',),
  'checks/*': ('calls/test_calls.py', 'calls/test_containers.py'),
}


@cache
def files() -> Mapping[str, Path]:
  """Return the shared files by their names in edits: `networks/cells/gru.py`.

  They are the files of `core_rnn` that a model imports and that are of no way.
  """
  ways = [find(way).folder for way in OWN]
  found = {file for model in CASES for file in reached(model)}
  return {
    str(file.relative_to(CORE)): file
    for file in sorted(found)
    if file.is_relative_to(CORE)
    and not any(file.is_relative_to(way) for way in ways)
  }


@cache
def reached(model: str) -> frozenset[Path]:
  """Return the files that a model imports in any of our ways."""
  modules = (find(way).module(model) for way in OWN)
  return frozenset().union(*(imports.reached(m) for m in modules if m))


def models_of(file: str) -> list[str]:
  """Return the models that import a file, the likeliest to show an edit first.

  The model of its name is the first, then come those of its family, then one of
  each family, the one that imports the fewest files, then the others.
  """
  path = files()[file]
  found = [model for model in CASES if path in reached(model)]
  family = lambda model: str(find('pure').module(model)).split('.')[-2]
  found.sort(key=lambda model: len(reached(model)))
  turn = {
    m: [o for o in found if family(o) == family(m)].index(m) for m in found
  }
  near = lambda model: (model != path.stem, family(model) != path.parent.name)
  return sorted(found, key=lambda model: (*near(model), turn[model]))


def known_digests(
  models: Sequence[str], processes: int
) -> Mapping[str, Digests]:
  """Return the digests of models in the packages as they are.

  Raises:
    RuntimeError: a model cannot be traced.
  """
  jobs = [Job(JUDGE, 'digests', (model,)) for model in models]
  found = [*results(jobs, processes, SECONDS)]
  for model, one in zip(models, found, strict=True):
    if isinstance(one, Lost):
      raise RuntimeError(f'{model}: no programs without an edit: {one.reason}')
  return dict(zip(models, found, strict=True))


def killers(
  edits: Sequence[Edit | None], processes: int
) -> Iterator[tuple[Edit | None, str]]:
  """Yield edits with the model and the claim that see each; '' if none does.

  None is no edit, judged on all models of the others.
  """
  reach = {edit: models_of(edit.file) for edit in edits if edit}
  every = [m for m in CASES if any(m in found for found in reach.values())]
  known = known_digests(every, processes)

  def job(edit: Edit | None) -> Job:
    if edit is None:
      return Job(JUDGE, 'killer', (every[:1], known, False))
    models, check = reach[edit], edit.file.startswith('checks/')
    change = partial(make, placed(edit))
    return Job(JUDGE, 'killer', (models, known, check), change)

  found = results(map(job, edits), processes, SECONDS)
  for edit, one in zip(edits, found, strict=True):
    said = one.reason if isinstance(one, Lost) else one
    yield edit, said or (own_tests(edit) if edit else '')


def own_tests(edit: Edit) -> str:
  """Return whether the tests of a file see an edit of it; '' if not."""
  tests = [
    test
    for pattern, several in TESTS.items()
    if fnmatch(edit.file, pattern)
    for test in several
  ]
  return 'own tests' if tests and not passes(placed(edit), tests) else ''


def placed(edit: Edit) -> Edit:
  """Return the edit with its file relative to the folder of the packages."""
  return edit._replace(file=f'{CORE.name}/{edit.file}')


def arguments() -> argparse.Namespace:
  """Return the options of the command line."""
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--count', type=int, default=150)
  parser.add_argument('--jobs', type=int, default=2)
  names = 'patterns of the files to edit, as "networks/*": by default all'
  parser.add_argument('--files', nargs='+', default=['*'], help=names)
  return parser.parse_args()


def main() -> int:
  """Draw edits, plant and judge them; return 1 if one survives unexplained.

  Return 2 if a claim fails without an edit.
  """
  options = arguments()
  be_strict()
  chosen = {
    name: file
    for name, file in files().items()
    if any(fnmatch(name, pattern) for pattern in options.files)
  }
  if not chosen:
    sys.exit(f'no shared file is named {options.files}')
  edits = drawn(chosen, options.seed, options.count)
  judged = killers([None, *edits], options.jobs)
  _, said = next(judged)
  if said:
    print(f'without an edit, a claim fails: {said}')
    return 2
  lives = ((edit, not said) for edit, said in judged if edit)
  return told('shared', options.seed, lives)


if __name__ == '__main__':
  sys.exit(main())
