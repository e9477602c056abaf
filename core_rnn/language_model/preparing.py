"""From words and settings to all that a run needs."""

import zlib
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.language_model import checkpoints, loading, sharding
from core_rnn.language_model.batches import Chunks, chunked, split
from core_rnn.language_model.checkpoints import Checkpoint
from core_rnn.language_model.choosing import Choice
from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.runs import Run
from core_rnn.language_model.sampling import blocks, keys_of
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.text import (
  Vocabulary,
  code_points,
  vocabulary_of,
)
from core_rnn.model import Model
from core_rnn.types import Variables

SHOWN = 128  # characters that are written at a look


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
  judge = loading.model_of(s, vocabulary, way, deterministic=True)
  return Run(
    settings=s,
    model=loading.model_of(s, vocabulary, way, deterministic=False),
    judge=judge,
    chunks=chunked(train, batch, time, 'text to train on'),
    held_out=some(chunked(held_out, batch, time, 'held-out text'), s),
    mesh=sharding.mesh_of(devices, batch),
    about={
      'vocabulary': vocabulary.characters,
      'source': source,
      'text': zlib.crc32(code_points(text).tobytes()),
    },
    out_dir=out_dir,
    # of several processes none has all that a text is drawn from
    sample=None if jax.process_count() > 1 else shown(judge, vocabulary),
  )


def shown(judge: Model, vocabulary: Vocabulary) -> Callable[[Variables], str]:
  """variables -> a short text [characters] of the model as it is trained."""

  def sample(variables: Variables) -> str:
    nothing, keys = jnp.zeros(0, jnp.int32), keys_of(0, 1)
    made = blocks(judge, variables, nothing, keys, Choice(), SHOWN)
    text = ''.join(vocabulary.decode(rows[0]) for rows in made)
    return indent(text, '  | ', lambda line: True)

  return sample


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
