"""Faults to plant in a copy of a way's source, and who should see them.

What the networks say, and the equations that all ways share, is copied with a
way, so that a fault in it can be of that way alone.

A fault is an edit of the text. Where the text it looks for is gone, planting
fails loudly, so that the list keeps up with the source.
"""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.suite.ways import OWN, Way, folder_of

# rooms that the ways share; `kinds` and `network` are no network's own
ROOMS = ('networks', 'equations')
SHARED = re.compile(rf'\bcore_rnn\.({"|".join(ROOMS)})\.(?!kinds|network\b)')


class Edit(NamedTuple):
  """In this module of a way, `cells/elman`, every `old` becomes `new`."""

  module: str
  old: str
  new: str


class Fault(NamedTuple):
  """What is wrong with a model, who should see it where, and how to plant it.

  Attributes:
    name: what is wrong.
    model: that it is planted in.
    claim: that should see it.
    edits: by way.
    row: of the model, that it shows in; None for any.
  """

  name: str
  model: str
  claim: str
  edits: Mapping[str, Sequence[Edit]]
  row: int | None = 0


def everywhere(
  name: str,
  model: str,
  claim: str,
  *edits: tuple[str, str, str],
  row: int | None = 0,
) -> Fault:
  """A fault that is the same edit in every way."""
  made = {way: [Edit(*e) for e in edits] for way in OWN}
  return Fault(name, model, claim, made, row)


def in_each(
  name: str,
  module: str,
  claim: str,
  pure: tuple[str, str],
  scope: tuple[str, str],
  linen: tuple[str, str],
  model: str = '',
  row: int | None = 0,
) -> Fault:
  """A fault that is one edit in each way, of this module: the model's own."""
  texts = {'pure': pure, 'scope': scope, 'linen': linen}
  made = {way: [Edit(module, *text)] for way, text in texts.items()}
  return Fault(name, model or Path(module).name, claim, made, row)


CONTROL = Fault('no fault', 'elman', '', {way: [] for way in OWN})


def copy(way: str, folder: Path, mark: str) -> Way:
  """A copy of the way's package in the folder, its name ending in the mark."""
  package, name = OWN[way], f'planted_{way}_{mark}'
  ignore = shutil.ignore_patterns('__pycache__')
  shutil.copytree(Way(way, package).folder, folder / name, ignore=ignore)
  for room in ROOMS:
    shared = Way(room, f'core_rnn.{room}').folder
    shutil.copytree(shared, folder / f'{name}_{room}', ignore=ignore)
  for file in folder.glob(f'{name}*/**/*.py'):
    file.write_text(renamed(file.read_text(), package, name))
  return Way(way, name)


def plant_in(package: str, fault: Fault, way: str, folder: Path) -> str:
  """A copy of a package that brings cases, with the fault in one way of it.

  Returns:
    The name of the copy, which is in the folder.

  Raises:
    LookupError: the text that an edit looks for is not there.
  """
  name = f'planted_{way}_{abs(hash((fault.name, str(folder)))):x}'
  original = folder_of(package)
  if original is None:
    raise LookupError(f'{package}: expected a package, got none')
  ignore = shutil.ignore_patterns('__pycache__')
  shutil.copytree(original, folder / name, ignore=ignore)
  imports = rf'(?<=from ){package}(?=[. ])|(?<=import ){package}\b'
  for file in folder.glob(f'{name}/**/*.py'):
    file.write_text(re.sub(imports, name, file.read_text()))
  edit(fault, way, lambda module: folder / name / way / f'{module}.py')
  return name


def place(folder: Path, package: str, file: str) -> Path:
  """Where a file of a way, or of a room, is in a copy of them."""
  return folder / f'{package}{"_" if file.startswith(ROOMS) else "/"}{file}'


def renamed(text: str, package: str, name: str) -> str:
  """The text of a module of a package, with imports from its copy."""
  return SHARED.sub(rf'{name}_\1.', text).replace(package, name)


def plant(fault: Fault, way: str, folder: Path) -> Way:
  """A copy of the way's package in the folder, with the fault in it.

  Raises:
    LookupError: the text that an edit looks for is not there.
  """
  copied = copy(way, folder, f'{abs(hash((fault.name, str(folder)))):x}')
  edit(fault, way, lambda of: place(folder, copied.package, f'{of}.py'))
  return copied


def edit(fault: Fault, way: str, where: Callable[[str], Path]) -> None:
  """Makes the edits of a fault in a way, where the files of its modules are.

  Raises:
    LookupError: the text that an edit looks for is not there.
  """
  for module, old, new in fault.edits[way]:
    text = where(module).read_text()
    if old not in text:
      raise LookupError(f'{fault.name}: no {old!r} in {way} {module}.py')
    where(module).write_text(text.replace(old, new))
