"""How Flax keys a draw, written out."""

import hashlib
import os
import sys
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.types import PRNGKey

Draw = Callable[..., PRNGKey]
"""The rest of a path -> a key of shape []: `derive` of all that is before."""


def derive(key: PRNGKey, *path: str | int) -> PRNGKey:
  """fold_in(key, u), u the first 4 bytes of sha1(path[0] path[1] ...).

  A path is the names of the scopes from the root, then the number of the draw
  in the last one, from 1: `derive(key, 'cell', 'input', 1)` is the key that
  Flax hands to the first parameter of `cell/input`. Names go in as UTF-8,
  numbers as the fewest big-endian bytes, with nothing in between; or with a
  byte 0 before each, where Flax's flag is on.

  Args:
    key: shape [], or [words] for the older kind.
    *path: names and numbers; with none, the key itself is returned.

  Returns:
    A key of key's shape.

  Source: `flax.core.scope.LazyRng`, with its flag `flax_fix_rng_separator`.
  """
  if not path:
    return key
  sha1, separator = hashlib.sha1(), b'\0' if separated() else b''
  for part in path:
    word = part.encode() if isinstance(part, str) else big_endian(part)
    sha1.update(separator + word)
  return jax.random.fold_in(key, jnp.uint32(int.from_bytes(sha1.digest()[:4])))


def big_endian(number: int) -> bytes:
  """The fewest bytes that hold number >= 0, shape []; 0 takes none.

  Raises:
    OverflowError: number is negative.
  """
  return number.to_bytes((number.bit_length() + 7) // 8)


def separated() -> bool:
  """Whether `flax_fix_rng_separator` is on, shape [], without importing Flax.

  Where nobody has imported Flax, it is what Flax would take it for.
  """
  flax = sys.modules.get('flax.configurations')
  if flax is not None:
    return flax.config.flax_fix_rng_separator
  value = os.environ.get('FLAX_FIX_RNG_SEPARATOR', '')
  return value.lower() in ('y', 'yes', 't', 'true', 'on', '1')


def is_key(key: object) -> bool:
  """Whether key is a scalar typed key [], or an older one, uint32 [words].

  An older one does not say of which implementation it is: it has as many words
  as a key of the default one, `jax_default_prng_impl`.
  """
  if not isinstance(key, jax.Array | np.ndarray):
    return False
  if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
    return key.shape == ()
  older = jax.eval_shape(lambda: jax.random.key_data(jax.random.key(0)))
  return (key.shape, key.dtype) == (older.shape, older.dtype)


def typed(key: Any) -> PRNGKey:
  """The key with its implementation, of shape []; an older one has the default.

  What is jitted for an older key under one default is run under another, too:
  JAX tells typed keys apart, and not older ones of the same number of words.
  """
  if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
    return key
  return jax.random.wrap_key_data(key)
