"""Faults to plant in a copy of a way's own source, and who should see them.

A fault is an edit of the text. Where the text it looks for is gone, planting
fails loudly, so that the list keeps up with the source.
"""

import importlib.util
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.ways import OWN, Way


class Edit(NamedTuple):
  """In this module of a way, every `old` becomes `new`."""

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
  model: str,
  claim: str,
  pure: tuple[str, str],
  scope: tuple[str, str],
  linen: tuple[str, str],
  module: str = '',
  row: int | None = 0,
) -> Fault:
  """A fault that is one edit in each way, of the model's file or another."""
  texts = {'pure': pure, 'scope': scope, 'linen': linen}
  made = {w: [Edit(module or model, *t)] for w, t in texts.items()}
  return Fault(name, model, claim, made, row)


CONTROL = Fault('no fault', 'elman', '', {way: [] for way in OWN})


def copy(way: str, folder: Path, mark: str) -> Way:
  """A copy of the way's package in the folder, its name ending in the mark."""
  package, name = OWN[way], f'planted_{way}_{mark}'
  spec = importlib.util.find_spec(package)
  assert spec is not None
  assert spec.origin is not None
  shutil.copytree(
    Path(spec.origin).parent,
    folder / name,
    ignore=shutil.ignore_patterns('__pycache__'),
  )
  for file in (folder / name).rglob('*.py'):
    file.write_text(file.read_text().replace(package, name))
  return Way(way, name)


def plant(fault: Fault, way: str, folder: Path) -> Way:
  """A copy of the way's package in the folder, with the fault in it.

  Raises:
    LookupError: the text that an edit looks for is not there.
  """
  copied = copy(way, folder, f'{abs(hash((fault.name, str(folder)))):x}')
  for module, old, new in fault.edits[way]:
    file = folder / copied.package / f'{module}.py'
    text = file.read_text()
    if old not in text:
      raise LookupError(f'{fault.name}: no {old!r} in {way} {module}.py')
    file.write_text(text.replace(old, new))
  return copied
