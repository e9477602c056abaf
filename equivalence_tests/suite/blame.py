"""Which hyperparameters a failure depends on, found by trying others."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from equivalence_tests.suite.cases import Case, Setting
from equivalence_tests.suite.covering import (
  all_sizes,
  is_required,
  moves,
  parameters,
)


def blame(
  case: Case, setting: Setting, fails: Callable[[Setting], bool]
) -> str:
  """A line that names the hyperparameters, or nothing where none matters.

  These are the ones that fail alone, all others at their defaults; or, if none
  does, each without which it does not fail; or, where it fails with all at
  their defaults, each two that are taken for each other.
  """
  model, given = case.model, setting.hyperparameters
  known = parameters(model)
  plain = setting._replace(
    sizes=all_sizes(case, setting.sizes),
    hyperparameters={
      **{n: v for n, v in given.items() if is_required(known[n])},
      **({'dtype': 'float32'} if 'dtype' in known else {}),
    },
    dtype='float32',
  )
  if fails(plain):
    pairs = [
      names for names in alike(model) if not fails(equal(model, plain, *names))
    ]
    said = ' and '.join(', '.join(names) for names in pairs)
    return f'\n  it takes for each other {said}' if said else ''
  moved = [name for name, value in given.items() if moves(known[name], value)]
  needed = [n for n in moved if fails(having(plain, **{n: given[n]}))]
  if not needed:
    needed = [name for name in moved if not fails(without(setting, name))]
  named = ', '.join(f'{name}={given[name]!r}' for name in needed)
  return f'\n  it depends on {named}' if named else ''


def alike(model: str) -> Iterator[tuple[str, str]]:
  """Each two hyperparameters of one kind, so that they can be exchanged."""
  for one, other in itertools.combinations(parameters(model).values(), 2):
    if kind(one) == kind(other):
      yield one.name, other.name


def kind(parameter: inspect.Parameter) -> tuple[Any, bool]:
  """What can stand for a hyperparameter: a size cannot for an axis."""
  return parameter.annotation, parameter.name.endswith(('axis', 'axes'))


def equal(model: str, setting: Setting, one: str, other: str) -> Setting:
  """The setting, with one hyperparameter as the other is."""
  usual = parameters(model)[other].default
  same = setting.hyperparameters.get(other, usual)
  return having(setting, **{one: same})


def having(setting: Setting, **more: Any) -> Setting:
  """The setting, with these hyperparameters."""
  return setting._replace(hyperparameters={**setting.hyperparameters, **more})


def without(setting: Setting, name: str) -> Setting:
  """The setting, with a hyperparameter at its default."""
  kept = {n: v for n, v in setting.hyperparameters.items() if n != name}
  return setting._replace(hyperparameters=kept)
