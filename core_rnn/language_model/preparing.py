"""From words and settings to all that a run needs."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from core_rnn.language_model import checkpoints, loading, sharding
from core_rnn.language_model.batches import Chunks, chunked, split
from core_rnn.language_model.checkpoints import Checkpoint
from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.runs import Run
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.text import code_points, vocabulary_of


def run_of(
  text: str,
  source: str | None,
  s: Settings,
  way: str,
  devices: int | None,
  out_dir: Path,
) -> Run:
  """A run of a text [characters], the last part of which is held out.

  Raises:
    Misuse: it is too short, or the settings do not suit the way or devices.
  """
  vocabulary = vocabulary_of(text)
  train, held_out = split(vocabulary.encode(text), s.val_fraction)
  batch, time = s.batch_size, s.block_size
  return Run(
    settings=s,
    model=loading.model_of(s, vocabulary, way, deterministic=False),
    judge=loading.model_of(s, vocabulary, way, deterministic=True),
    chunks=chunked(train, batch, time, 'text to train on'),
    held_out=some(chunked(held_out, batch, time, 'held-out text'), s),
    mesh=sharding.mesh_of(devices, batch),
    about={
      'vocabulary': vocabulary.characters,
      'source': source,
      'text': zlib.crc32(code_points(text).tobytes()),
    },
    out_dir=out_dir,
  )


def some(chunks: Chunks, s: Settings) -> Chunks:
  """The first --eval-iters chunks [chunks, batch, time + 1], or all."""
  return Chunks(*(np.asarray(leaf)[: s.eval_iters] for leaf in chunks))


def last_of(out_dir: Path, resume: bool) -> tuple[Checkpoint | None, list[str]]:
  """What to go on from, arrays [...], or None; and why not from a later one.

  Raises:
    Misuse: a run is there, and is not to be gone on with; or the other way
      round.
  """
  if resume:
    return checkpoints.newest(out_dir, 'last')
  if checkpoints.steps(out_dir / 'last'):
    raise Misuse(
      f'--out-dir {out_dir}: expected no run there, got one; --resume goes on '
      'with it'
    )
  return None, []


def check_same(run: Run, about: dict[str, Any]) -> None:
  """The text [characters] is the one that was trained on.

  Raises:
    Misuse: it is another.
  """
  if run.about['text'] != about['text']:
    new = {*run.about['vocabulary']} - {*about['vocabulary']}
    more = f', which has other characters: {"".join(sorted(new))!r}' * bool(new)
    raise Misuse(
      '--resume: expected the text that was trained on, got another' + more
    )
