"""Faults to plant in a copy of the source, and the claim that must see each.

A `Fault` is planted in the files of one way, and the way is judged against the
others. A `SharedFault` is in a file that all ways import, so that no comparison
of the ways can see it; it is planted in a copy of all packages, and is judged
there by the command line. `faults/shared.py` lists them.

A fault is an edit of the text of a module. If the text is not there, planting
raises an error, so that the list cannot fall behind the source.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.suite.ways import OWN, Way, folder_of


class Edit(NamedTuple):
  """The replacement of every `old` in a module by `new`.

  Attributes:
    module: the module of a way, `cells/elman`; or of `core_rnn`, in a
      `SharedFault`.
    old: the text that is replaced.
    new: the text in its place.
  """

  module: str
  old: str
  new: str


class Fault(NamedTuple):
  """A fault of one way, and the claim that must see it.

  Attributes:
    name: a description of the fault.
    model: the model that is judged.
    claim: the claim that must see the fault.
    edits: way -> the edits that plant the fault in it.
    row: the row of the model that shows the fault; None for any.
  """

  name: str
  model: str
  claim: str
  edits: Mapping[str, Sequence[Edit]]
  row: int | None = 0


class SharedFault(NamedTuple):
  """A fault of all ways at once, and the claim that must see it.

  Attributes:
    name: a description of the fault.
    model: the model that is judged.
    claim: the claim that must see the fault.
    edits: the edits that plant the fault; their modules are of `core_rnn`.
  """

  name: str
  model: str
  claim: str
  edits: Sequence[Edit]


def everywhere(
  name: str,
  model: str,
  claim: str,
  *edits: tuple[str, str, str],
  row: int | None = 0,
) -> Fault:
  """Return a fault that is planted by the same edits in every way."""
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
  """Return a fault that is one edit of a module in each way.

  Args:
    name: a description of the fault.
    module: the module that is edited, in each way.
    claim: the claim that must see the fault.
    pure: the old text and the new text in the pure way.
    scope: the old text and the new text in the scope way.
    linen: the old text and the new text in the linen way.
    model: the model that is judged; the one of the module by default.
    row: the row of the model that shows the fault; None for any.
  """
  texts = {'pure': pure, 'scope': scope, 'linen': linen}
  made = {way: [Edit(module, *text)] for way, text in texts.items()}
  return Fault(name, model or Path(module).name, claim, made, row)


def shared_fault(
  name: str, model: str, claim: str, *edits: tuple[str, str, str]
) -> SharedFault:
  """Return a fault of all ways at once.

  Args:
    name: a description of the fault.
    model: the model that is judged.
    claim: the claim that must see the fault; `oracle`, as a rule, since the
      claims that compare the ways cannot.
    *edits: for each, the module of `core_rnn`, as `equations/convolution`, the
      old text and the new text.
  """
  return SharedFault(name, model, claim, [Edit(*edit) for edit in edits])


CONTROL = Fault('no fault', 'elman', '', {way: [] for way in OWN})


def copy(way: str, folder: Path, mark: str) -> Way:
  """Copy the package of a way into a folder; its name ends in the mark."""
  package, name = OWN[way], f'planted_{way}_{mark}'
  ignore = shutil.ignore_patterns('__pycache__')
  shutil.copytree(Way(way, package).folder, folder / name, ignore=ignore)
  for file in folder.glob(f'{name}/**/*.py'):
    file.write_text(file.read_text().replace(package, name))
  return Way(way, name)


def plant_in(package: str, fault: Fault, way: str, folder: Path) -> str:
  """Copy a package that brings cases, with the fault in one way of it.

  Returns:
    The name of the copy, which is in the folder.

  Raises:
    LookupError: the package, or the text that an edit replaces, is not there.
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
  edit(fault.name, fault.edits[way], folder / name / way)
  return name


def plant(fault: Fault, way: str, folder: Path) -> Way:
  """Copy the package of a way into a folder, with the fault in it.

  Raises:
    LookupError: the text that an edit replaces is not there.
  """
  copied = copy(way, folder, f'{abs(hash((fault.name, str(folder)))):x}')
  edit(fault.name, fault.edits[way], folder / copied.package)
  return copied


def edit(name: str, edits: Sequence[Edit], folder: Path) -> None:
  """Make the edits of a fault in the modules of a folder.

  Raises:
    LookupError: the text that an edit replaces is not there.
  """
  for module, old, new in edits:
    file = folder / f'{module}.py'
    text = file.read_text()
    if old not in text:
      raise LookupError(f'{name}: no {old!r} in {file.parent.name}/{file.name}')
    file.write_text(text.replace(old, new))
