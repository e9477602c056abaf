"""Checkpoints: each whole or not there, the best beside the last.

Orbax writes one into a folder of another name, and renames it when it is whole.
So a kill leaves the one before; beside the arrays lie their checksums.
"""

import logging
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
import orbax.checkpoint as ocp

from core_rnn.language_model.misuse import Misuse, Stopped

FORMAT = 'char-rnn 1'
KEPT = {'last': 2, 'best': 1}  # how many of each

logging.getLogger('absl').setLevel(logging.CRITICAL)  # errors are ours to say


class Checkpoint(NamedTuple):
  """What was saved.

  Attributes:
    step: how many steps were taken.
    arrays: by name [...].
    about: what is no array: settings, vocabulary, ...
  """

  step: int
  arrays: Mapping[str, np.ndarray]
  about: dict[str, Any]


def checksum(array: np.ndarray) -> int:
  """CRC-32 of the bytes of an array [...]."""
  return zlib.crc32(np.ascontiguousarray(array).tobytes())


def writer() -> ocp.Checkpointer:
  """What writes and reads arrays [...] and JSON."""
  return ocp.Checkpointer(ocp.CompositeCheckpointHandler())


def steps(folder: Path) -> list[int]:
  """The steps of the checkpoints in a folder, in order: [checkpoints]."""
  if not folder.is_dir():
    return []
  return sorted(int(p.name) for p in folder.iterdir() if p.name.isdecimal())


def save(out_dir: Path, kind: str, checkpoint: Checkpoint) -> None:
  """Writes arrays [...], then deletes what is older than those to be kept.

  What is newer was found broken: training went on from before it.

  Raises:
    Stopped: the disk is full, or cannot be written to.
  """
  step, arrays, about = checkpoint
  folder = (out_dir / kind).resolve()
  about = {
    **about,
    'format': FORMAT,
    'checksums': {name: checksum(array) for name, array in arrays.items()},
  }
  try:
    clear(folder, {p.name for p in unfinished(folder)} | {str(step)})
    writer().save(
      folder / str(step),
      args=ocp.args.Composite(
        state=ocp.args.PyTreeSave(dict(arrays)), about=ocp.args.JsonSave(about)
      ),
    )
    kept = [s for s in steps(folder) if s <= step][-KEPT[kind] :]
    clear(folder, {str(s) for s in {*steps(folder)} - {*kept}})
  except (OSError, ValueError, RuntimeError) as error:
    raise Stopped(unsaved(out_dir, step, error)) from None


def unfinished(folder: Path) -> list[Path]:
  """What a kill, or a full disk, has left of a checkpoint: arrays [...]."""
  return [*folder.glob('*.orbax-checkpoint-tmp*')]


def clear(folder: Path, names: set[str]) -> None:
  """Deletes checkpoints, of arrays [...]; of many processes, one does."""
  if jax.process_index() == 0:
    for name in names:
      shutil.rmtree(folder / name, ignore_errors=True)


def unsaved(out_dir: Path, step: int, error: Exception) -> str:
  """Why a step [] was not saved, and what is left."""
  reason = getattr(error, 'strerror', None) or str(error).splitlines()[0]
  reason = reason.rpartition(': ')[2].partition(' [os_error')[0]
  return f'{out_dir}: step {step} was not saved: {reason}; {left_in(out_dir)}'


def left_in(out_dir: Path) -> str:
  """What a run can go on from, of shape []."""
  last = steps(out_dir / 'last')
  if not last:
    return 'none was saved before'
  return f'step {last[-1]} is whole, and --resume goes on from there'


def newest(out_dir: Path, kind: str) -> tuple[Checkpoint, list[str]]:
  """The newest whole checkpoint, of arrays [...], and why not a newer one.

  Raises:
    Misuse: there is none.
  """
  folder, refused = (out_dir / kind).resolve(), list[str]()
  for step in reversed(steps(folder)):
    try:
      return read(folder, step), refused
    except Misuse as error:
      refused.append(str(error))
  raise Misuse(
    '; '.join(refused) or f'{out_dir / kind}: expected a checkpoint, got none'
  )


def read(folder: Path, step: int) -> Checkpoint:
  """The checkpoint of a step [], every byte of it as it was written.

  Raises:
    Misuse: it is not whole, of another format, or none.
  """
  place = folder / str(step)
  try:
    about = writer().restore(
      place, args=ocp.args.Composite(about=ocp.args.JsonRestore())
    )['about']
  except Exception as error:  # whatever Orbax makes of what is not its own
    raise Misuse(
      f'{place}: expected a checkpoint, got {first(error)}'
    ) from None
  found = about.get('format') if isinstance(about, dict) else None
  if found != FORMAT:
    raise Misuse(f'{place}: expected the format {FORMAT!r}, got {found!r}')
  try:
    arrays = restored(place, about['checksums'])
  except Exception as error:
    raise Misuse(f'{place}: is not whole: {first(error)}') from None
  for name, expected in about['checksums'].items():
    if checksum(arrays[name]) != expected:
      raise Misuse(f'{place}: is not whole: the bytes of {name} have changed')
  return Checkpoint(step, arrays, about)


def restored(place: Path, names: Mapping[str, int]) -> dict[str, np.ndarray]:
  """The arrays [...] of these names, as Orbax reads them."""
  kinds = {name: ocp.RestoreArgs(restore_type=np.ndarray) for name in names}
  return writer().restore(
    place,
    args=ocp.args.Composite(state=ocp.args.PyTreeRestore(restore_args=kinds)),
  )['state']


def first(error: Exception) -> str:
  """The first line of what an exception says, of shape []."""
  lines = str(error).splitlines() or ['']
  return f'{type(error).__name__}: {lines[0]:.200}'
