"""A tree as arrays by name, as a file has it, and back."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.language_model.misuse import Misuse


def name_of(path: Any) -> str:
  """Where a leaf [...] is, as one word: variables.params.cell.kernel."""
  return jax.tree_util.keystr(path, simple=True, separator='.')


def is_key(leaf: Any) -> bool:
  """Whether a leaf [...] is a typed random key."""
  return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def leaves(tree: Any) -> dict[str, Any]:
  """The leaves [...] by name; of a key, its words [..., words]."""
  pairs = jax.tree_util.tree_leaves_with_path(tree)
  return {
    name_of(path): jax.random.key_data(leaf) if is_key(leaf) else leaf
    for path, leaf in pairs
  }


def grown(found: Mapping[str, np.ndarray], like: Any) -> Any:
  """The tree of shapes and dtypes, with the arrays [...] of these names.

  Raises:
    Misuse: one is missing, or of another shape or dtype.
  """

  def leaf(path: Any, expected: Any) -> Any:
    name = name_of(path)
    if name not in found:
      raise Misuse(f'expected an array {name}, got none')
    value = found[name]
    if is_key(expected):
      return jax.random.wrap_key_data(jnp.asarray(value))
    if (value.shape, value.dtype) != (expected.shape, expected.dtype):
      wanted = f'{expected.dtype}{list(expected.shape)}'
      got = f'{value.dtype}{list(value.shape)}'
      raise Misuse(f'{name}: expected {wanted}, got {got}')
    return value

  return jax.tree_util.tree_map_with_path(leaf, like)
