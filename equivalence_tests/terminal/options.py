"""What the options of every command must be, and where output goes."""

import sys
from collections.abc import Collection
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from equivalence_tests.suite.ways import (
  GROUP,
  OWN,
  Misuse,
  Way,
  find,
  unknown,
)

if TYPE_CHECKING:  # it is slow to import, and a list needs none of it
  from rich.console import Console

PLAIN_WIDTH = 160  # columns, where the output is no terminal


def console() -> 'Console':
  """The console; one that is no terminal has room for a whole table."""
  from rich.console import Console

  found = Console()
  return found if found.is_terminal else Console(width=PLAIN_WIDTH)


def known(kind: str, name: str, names: Collection[str]) -> str:
  """The name, which is one of the names.

  Raises:
    Misuse: it is not; close ones are suggested.
  """
  if name not in names:
    raise Misuse(unknown(kind, name, names))
  return name


def all_ways(further: Collection[str]) -> list[Way]:
  """The three ways, and further ones.

  Raises:
    Misuse: one does not exist.
  """
  return [find(package) for package in (*OWN, *further)]


def bring_named(places: Collection[str]) -> None:
  """Brings the cases of these, and of what is installed and has some.

  Raises:
    Misuse: one brings none.
  """
  if places or metadata.entry_points(group=GROUP):
    from equivalence_tests.suite.bringing import bring, bring_installed

    bring_installed()
    for place in places:
      bring(imported_from(place, f'--cases {place}'))


def imported_from(place: str, where: str) -> str:
  """The name to import a place by; of a path, its folder can be imported from.

  Raises:
    Misuse: there is nothing at the path.
  """
  path = Path(place)
  if path.suffix != '.py' and len(path.parts) == 1:
    return place
  if not path.exists():
    raise Misuse(f'{where}: expected a package or a file, got none')
  sys.path.insert(0, str(path.resolve().parent))
  return path.stem


def least(name: str, value: int, low: int) -> None:
  """The value of an option is at least low.

  Raises:
    Misuse: it is not.
  """
  if value < low:
    raise Misuse(f'--{name}: expected a number >= {low}, got {value}')


def check_writable(name: str, path: Path) -> None:
  """The file can be written, which is found out before the work is done.

  Raises:
    Misuse: it cannot.
  """
  try:
    path.open('a').close()
  except OSError as error:
    raise Misuse(f'--{name} {path}: {error.strerror}') from None


def several(count: int, what: str) -> str:
  """How many there are: '1 model', '2 models'."""
  return f'{count} {what}{"" if count == 1 else "s"}'
