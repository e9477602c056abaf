"""The files of a model or of a part, and the files that these use."""

import ast
from collections.abc import Iterator, Sequence
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import (
  BROUGHT,
  OWN,
  Way,
  find,
  folder_of,
  read_text,
)

EQUATIONS = 'core_rnn.equations'
SHARED = ('core_rnn.padding', EQUATIONS)  # --deep shows these, of all ways


class File(NamedTuple):
  """A file: the name of its module, and its text, with spaces for tabs."""

  module: str
  text: str

  @classmethod
  def of(cls, module: str, text: str) -> 'File':
    """Return the file of a module that has this text."""
    return cls(module, text.rstrip().expandtabs())


def names() -> set[str]:
  """Return the names of models, of parts of the ways, and of shared files."""
  packages = [way.package for way in (*map(find, OWN), *brought_ways())]
  files = [file for package in packages for file in modules_in(package)]
  parts = {file.stem for file in (*files, *shared())}
  return {*naming.models(), *parts} - {'__init__'}


def modules_in(package: str, name: str = '*') -> Iterator[Path]:
  """Yield the files of this name in a package, and in the packages in it."""
  folder = folder_of(package)
  if folder is not None:
    yield from folder.glob(f'{name}.py')
    yield from sorted(folder.glob(f'*/{name}.py'))


def shared(name: str = '*') -> list[Path]:
  """Return the files of this name that all ways share."""
  core = find('pure').folder.parent
  return [*core.glob(f'{name}.py'), *modules_in(EQUATIONS, name)]


def brought_ways() -> list[Way]:
  """Return our ways in each of the packages that bring cases."""
  return [
    Way(name, f'{package}.{name}')
    for package in dict.fromkeys(BROUGHT.values())
    for name in OWN
  ]


def files_of(name: str, ways: Sequence[Way]) -> list[list[File]]:
  """Return the files of a model or part: those of the ways, and shared ones.

  Each group of files is to be shown side by side. One of our own ways may lack
  the model or part.

  Raises:
    Misuse: another way lacks it.
  """
  is_model = name in naming.models()
  found = {
    way.module(name): file_in(way, name)
    for way in (*ways, *(() if is_model else brought_ways()))
    if way.module(name) or way.name not in OWN
  }
  alone = [[shared_file(path)] for path in (() if is_model else shared(name))]
  return [group for group in ([*found.values()], *alone) if group]


def shared_file(path: Path) -> File:
  """Return the file at a path, which all ways share."""
  inside = path.relative_to(find('pure').folder.parents[1]).with_suffix('')
  return File.of('.'.join(inside.parts), read_text(path))


def file_in(way: Way, name: str) -> File:
  """Return the file of a model or part in a way.

  Raises:
    Misuse: the way lacks it.
  """
  text = way.source(name)
  return File.of(way.module(name) or '', text)


def used(files: Sequence[File], ways: Sequence[Way]) -> list[list[File]]:
  """Return the files that these import, and those that these import in turn.

  Only files of the ways, and of SHARED, are returned, each once. The files of
  one part are in one group.
  """
  packages = [*OWN.values(), *(way.package for way in (*ways, *brought_ways()))]
  found = {file.module: file for file in files}
  waiting = [*files]
  for file in waiting:
    for module in imports(file):
      inside = any(
        f'{module}.'.startswith(f'{p}.') for p in (*packages, *SHARED)
      )
      more = file_of(module) if inside and module not in found else None
      if more:
        found[module] = more
        waiting.append(more)
  return beside(waiting[len(files) :], ways)


def beside(files: Sequence[File], ways: Sequence[Way]) -> list[list[File]]:
  """Return files in groups: a group has the files of one part in its ways."""
  groups: dict[str, list[tuple[int, File]]] = {}
  for file in files:
    column, place = place_of(file.module, ways)
    groups.setdefault(place, []).append((column, file))
  return [
    [file for _, file in sorted(group, key=lambda placed: placed[0])]
    for group in groups.values()
  ]


def place_of(module: str, ways: Sequence[Way]) -> tuple[int, str]:
  """Return the number of the way of a module, and the name of its part."""
  further = [(way.name, way.package) for way in brought_ways()]
  for column, way in enumerate(ways):
    ours = [package for name, package in further if name == way.name]
    for package in (way.package, *ours):
      if module.startswith(f'{package}.'):
        part = module.removeprefix(package)
        return column, part.replace(way.name, '')  # as_pure is as_scope
  return len(ways), module


def file_of(module: str) -> File | None:
  """Return the file of a module of a package, or None if it has none."""
  top, *inside = module.split('.')
  folder = folder_of(top)  # of the top, as that of another imports packages
  path = folder.joinpath(*inside).with_suffix('.py') if folder else None
  return File.of(module, read_text(path)) if path and path.exists() else None


def imports(file: File) -> Iterator[str]:
  """Yield every name that may be a module that a file imports."""
  package = file.module.rpartition('.')[0]
  try:
    nodes = ast.walk(ast.parse(file.text))
  except (SyntaxError, ValueError):
    return
  for node in nodes:
    if isinstance(node, ast.Import):
      yield from (name.name for name in node.names)
    if isinstance(node, ast.ImportFrom):
      relative = '.' * node.level + (node.module or '')
      module = resolve_name(relative, package) if node.level else relative
      yield module
      yield from (f'{module}.{name.name}' for name in node.names)
