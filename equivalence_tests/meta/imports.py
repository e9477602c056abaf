"""Which modules of the packages a module imports, read off the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from equivalence_tests.meta.copies import PACKAGE


def imported(text: str) -> Iterator[str]:
  """Yield the modules that the imports of a module name."""
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, ast.ImportFrom) and node.module:
      yield node.module
    elif isinstance(node, ast.Import):
      yield from (alias.name for alias in node.names)


def submodules(text: str) -> Iterator[str]:
  """Yield what `from package import name` may name: a module of a package."""
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, ast.ImportFrom) and node.module:
      yield from (f'{node.module}.{alias.name}' for alias in node.names)


@cache
def file_of(module: str) -> Path | None:
  """Return the file of a module of ours; None if there is no such module."""
  place = PACKAGE.parent.joinpath(*module.split('.'))
  files = (place.with_suffix('.py'), place / '__init__.py')
  return next((file for file in files if file.exists()), None)


@cache
def reached(module: str) -> frozenset[Path]:
  """Return the files of a module and of all that it imports, however deep.

  The package of a module that is imported is not among them, unless it is
  imported itself.
  """
  found: set[Path] = set()
  due = [module]
  while due:
    file = file_of(due.pop())
    if file is None or file in found:
      continue
    found.add(file)
    due += named(file)
  return frozenset(found)


@cache
def named(file: Path) -> list[str]:
  """Return the modules that the imports of a file may name."""
  text = file.read_text()
  return [*imported(text), *submodules(text)]
