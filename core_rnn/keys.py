"""How Flax derives the key of a draw from the path of the scope."""

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
"""The rest of a path -> a key []: `derive` with the first part given."""


def derive(key: PRNGKey, *path: str | int) -> PRNGKey:
  """Return fold_in(key, u), u the first 4 bytes of sha1(path[0] path[1] ...).

  A path has the names of the scopes from the root, then the number of the draw
  in the last scope, from 1: `derive(key, 'cell', 'input', 1)` is the key that
  Flax passes to the first parameter of `cell/input`. Names are hashed as UTF-8,
  and numbers as the fewest big-endian bytes, without a separator; or each after
  a zero byte, if Flax's flag is on.

  Args:
    key: a key of shape [], or [words] for the older kind.
    *path: names and numbers; without any, the key itself is returned.

  Returns:
    A key of the same shape.

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
  """Return the fewest bytes that hold number; 0 takes none.

  Raises:
    OverflowError: number is negative.
  """
  return number.to_bytes((number.bit_length() + 7) // 8)


def separated() -> bool:
  """Return whether `flax_fix_rng_separator` is on, without importing Flax.

  If Flax is not imported, the environment variable decides, as it does in Flax.
  """
  flax = sys.modules.get('flax.configurations')
  if flax is not None:
    return flax.config.flax_fix_rng_separator
  value = os.environ.get('FLAX_FIX_RNG_SEPARATOR', '')
  return value.lower() in ('y', 'yes', 't', 'true', 'on', '1')


def is_key(key: object) -> bool:
  """Return whether key is a scalar typed key [], or an older key [words].

  An older key does not name its implementation: it must have as many words as a
  key of the default implementation, `jax_default_prng_impl`.
  """
  if not isinstance(key, jax.Array | np.ndarray):
    return False
  if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
    return key.shape == ()
  older = jax.eval_shape(lambda: jax.random.key_data(jax.random.key(0)))
  return (key.shape, key.dtype) == (older.shape, older.dtype)


def typed(key: Any) -> PRNGKey:
  """Return the key as a typed key; an older one has the default implementation.

  A function that is jitted for an older key under one default may run under
  another default, since JAX distinguishes only typed keys.
  """
  if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
    return key
  return jax.random.wrap_key_data(key)
