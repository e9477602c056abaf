"""Cases that others bring: a package or a single file, judged with ours.

It has `CASES`, itself or in its module `cases`; and what our ways make of each
model, as `ways` says. What is installed may bring its cases by an entry point
of the group `equivalence.cases`; then nobody has to name it.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from types import ModuleType

from equivalence_tests.suite.cases import Case, given
from equivalence_tests.suite.covering import choices, parameters
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.naming import claims
from equivalence_tests.suite.ways import (
  BROUGHT,
  GROUP,
  OWN,
  Misuse,
  check_declared,
  declared,
  find,
  folder_of,
  having,
  unknown,
)


def bring_installed() -> None:
  """Takes in the cases of what is installed, and says so by an entry point.

  Raises:
    Misuse: see `bring`.
  """
  for entry in metadata.entry_points(group=GROUP):
    bring(entry.value)


def bring(package: str) -> None:
  """Takes in the cases of a package, or of a module that is a single file.

  Raises:
    Misuse: it cannot be imported, or brings no cases; or a case has the name of
      another model, is in none of our ways, or says too little.
  """
  if package in BROUGHT.values():
    return
  cases = cases_of(package)
  for case in cases:
    if not isinstance(case, Case):
      got = type(case).__name__
      raise Misuse(f'--cases {package}: CASES: expected Cases, got {got}')
    if case.model in CASES:
      by = BROUGHT.get(case.model, 'this project')
      raise Misuse(f'--cases {package}: {case.model}: {by} has one already')
  BROUGHT.update((case.model, package) for case in cases)
  CASES.update((case.model, case) for case in cases)
  try:
    for case in cases:
      check(package, case)
    models = [case.model for case in cases]
    said = declared(package)
    check_declared(f'--cases {package}', said, claims(), models)
  except Misuse:
    drop(package)
    raise


@contextmanager
def brought(package: str) -> Iterator[None]:
  """Inside, the cases of a package are there.

  Raises:
    Misuse: see `bring`.
  """
  bring(package)
  try:
    yield
  finally:
    drop(package)


def drop(package: str) -> None:
  """Takes the cases of a package out again."""
  for model in [m for m, brought in BROUGHT.items() if brought == package]:
    del BROUGHT[model], CASES[model]
  parameters.cache_clear()  # another may have the name of one that goes


def cases_of(package: str) -> tuple[Case, ...]:
  """What a package has as CASES, itself or in its module `cases`.

  Raises:
    Misuse: it cannot be imported, or has none.
  """
  module = imported(package)
  if not hasattr(module, 'CASES') and folder_of(package) is not None:
    module = imported(f'{package}.cases')
  cases = getattr(module, 'CASES', None)
  if not isinstance(cases, tuple | list) or not cases:
    where = f'--cases {package}: module {module.__name__}'
    raise Misuse(f'{where}: expected CASES, a tuple of Cases, got {cases!r}')
  return tuple(cases)


def imported(module: str) -> ModuleType:
  """The module.

  Raises:
    Misuse: it does not exist, or raises; close names are suggested.
  """
  try:
    return importlib.import_module(module)
  except ModuleNotFoundError as error:
    if error.name == module.partition('.')[0]:
      names = [found.name for found in pkgutil.iter_modules()]
      missing = unknown('package or module', module, names)
      raise Misuse(f'--cases {module}: {missing}') from None
    raise Misuse(f'--cases {module}: {error}') from error
  except Exception as error:
    reason = f'{type(error).__name__}: {error}'
    raise Misuse(f'--cases {module}: {reason}') from error


def check(package: str, case: Case) -> None:
  """A case is in a way of ours, and says what there is to choose from.

  Raises:
    Misuse: it is not, or does not.
  """
  where = f'--cases {package}: {case.model}'
  if not having([find(way) for way in OWN], case.model):
    is_file = folder_of(package) is None
    place = f'{package}.<way>.{case.model}'
    wanted = f'functions <way>_{case.model}' if is_file else f'modules {place}'
    several = ', '.join(OWN)
    raise Misuse(f'{where}: expected {wanted} for ways of {several}, got none')
  unknown_names = [n for n in case.choices if n not in parameters(case.model)]
  if unknown_names:
    known = ', '.join(parameters(case.model))
    got = ', '.join(unknown_names)
    raise Misuse(f'{where}: choices: expected of {known}, got {got}')
  try:
    choices(case)
    for setting in case.rows:
      given(case, setting)
  except KeyError as error:
    raise Misuse(f'{where}: sizes: expected one of {error}, got none') from None
  except LookupError as error:
    raise Misuse(f'--cases {package}: {error.args[0]}') from None
