"""How Flax keys a draw, written out."""

import hashlib

import jax
from jax import numpy as jnp

from core_rnn.types import PRNGKey


def derive(key: PRNGKey, *path: str | int) -> PRNGKey:
  """fold_in(key, u), u the first 4 bytes of sha1(path[0] path[1] ...).

  A path is the names of the scopes from the root, then the number of the draw
  in the last one, from 1: `derive(key, 'cell', 'input', 1)` is the key that
  Flax hands to the first parameter of `cell/input`. Names go in as UTF-8,
  numbers as the fewest big-endian bytes, with nothing in between.

  Args:
    key: shape [], or [2] for the older kind.
    *path: names and numbers; with none, the key itself is returned.

  Returns:
    A key of key's shape.

  Source: `flax.core.scope.LazyRng`, `flax_fix_rng_separator` off.
  """
  if not path:
    return key
  sha1 = hashlib.sha1()
  for part in path:
    sha1.update(part.encode() if isinstance(part, str) else big_endian(part))
  return jax.random.fold_in(key, jnp.uint32(int.from_bytes(sha1.digest()[:4])))


def big_endian(number: int) -> bytes:
  """The fewest bytes that hold number >= 0, shape []; 0 takes none.

  Raises:
    OverflowError: number is negative.
  """
  return number.to_bytes((number.bit_length() + 7) // 8)
