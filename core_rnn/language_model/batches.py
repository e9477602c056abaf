"""A text as a few streams that are read side by side, a chunk at a time.

A batch is as many streams: the text cut into equal rows, each of which goes on
where it stopped a chunk before. So the state after a chunk is the state before
the next, and derivatives stop there. One pass over the columns is an epoch.
"""

from typing import Any, NamedTuple

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.language_model.misuse import Misuse


class Chunks(NamedTuple):
  """What is scanned over: one entry a chunk.

  Attributes:
    tokens: inputs, and one more, as targets are the inputs one later:
      [chunks, batch, time + 1], in the smallest integers that hold them.
    lengths: how many targets are no padding: [chunks, batch].
    fresh: whether an epoch begins here: [chunks].
  """

  tokens: Any
  lengths: Any
  fresh: Any


def split(tokens: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
  """Tokens [characters] -> those to train on, and the last, held out."""
  held_out = round(len(tokens) * fraction)
  return tokens[: len(tokens) - held_out], tokens[len(tokens) - held_out :]


def chunked(tokens: np.ndarray, batch: int, time: int, name: str) -> Chunks:
  """Row r of n targets is r n / batch <= t < (r + 1) n / batch, in chunks.

  Args:
    tokens: the text [characters].
    batch: how many rows.
    time: how long a chunk is.
    name: what a message calls the text.

  Raises:
    Misuse: the text is too short.
  """
  targets = len(tokens) - 1
  if targets < max(batch, time):
    least = 1 + max(batch, time)
    raise Misuse(
      f'{name}: expected {least} characters or more, for --batch-size {batch} '
      f'and --block-size {time}, got {len(tokens)}'
    )
  starts = np.arange(batch + 1) * targets // batch
  lengths = np.diff(starts)
  count = -(-lengths.max() // time)
  columns = np.arange(count)[:, None, None] * time + np.arange(time + 1)
  places = np.minimum(starts[:-1, None] + columns, targets)
  left = lengths - np.arange(count)[:, None] * time
  return Chunks(
    tokens[places].astype(np.min_scalar_type(int(tokens.max()))),
    np.clip(left, 0, time).astype(np.int32),
    np.arange(count) == 0,
  )


def block(chunks: Chunks, step: jax.Array | int, count: int) -> Chunks:
  """Chunks step, step + 1, ... of epoch after epoch: [count, ...]."""
  places = (step + jnp.arange(count)) % len(chunks.fresh)
  return jax.tree.map(lambda leaf: leaf[places], chunks)
