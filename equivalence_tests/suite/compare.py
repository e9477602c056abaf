"""How far apart two trees are, in ULP, and what to say of it."""

from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

INTEGERS = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}
APART = 2**64  # infinitely far: of another shape or dtype, or one a NaN


class Disagreement(AssertionError):
  """A claim does not hold; the message stands alone.

  Attributes:
    figure: how far off it is, in the unit of the claim, if that can be said.
  """

  def __init__(self, message: str, figure: float | None = None):
    """The message says way, model, claim, expected and got."""
    super().__init__(message)
    self.figure = figure


def leaves(tree: Any) -> dict[str, Any]:
  """The leaves of a tree by their path, as Python would index it."""
  flat, _ = jax.tree_util.tree_flatten_with_path(tree)
  return {jax.tree_util.keystr(path): leaf for path, leaf in flat}


def floating(tree: Any) -> dict[str, Any]:
  """Those of the leaves, by their path, that are floats."""
  return {
    path: leaf
    for path, leaf in leaves(tree).items()
    if jnp.issubdtype(leaf.dtype, jnp.floating)
  }


def ordered(values: np.ndarray) -> np.ndarray:
  """Floats -> integers in the same order, neighbours 1 apart; -0 is not 0."""
  bits = values.view(INTEGERS[values.dtype.itemsize])
  flipped = np.iinfo(bits.dtype).min - bits - 1  # -0.0 -> -1, below +0.0
  return np.where(bits < 0, flipped, bits).astype(object)


def distances(expected: Any, got: Any) -> np.ndarray:
  """How many units in the last place two arrays are apart, entry by entry.

  NaN is at no distance from NaN, and APART from a number; so is all where the
  shapes or the dtypes differ.
  """
  a, b = as_numpy(expected), as_numpy(got)
  if a.shape != b.shape or a.dtype != b.dtype:
    return np.array(APART, object)
  if jnp.issubdtype(a.dtype, jnp.floating):
    apart = np.abs(ordered(a) - ordered(b))
    a_nan, b_nan = np.isnan(a), np.isnan(b)
    apart[a_nan & b_nan] = 0
    apart[a_nan != b_nan] = APART
    return apart
  apart = np.zeros(a.shape, object)
  apart[a != b] = APART
  return apart


def ulps(expected: Any, got: Any) -> int:
  """The greatest distance of two arrays in units in the last place."""
  return int(distances(expected, got).max(initial=0))


def as_numpy(leaf: Any) -> np.ndarray:
  """The leaf as a NumPy array; of a typed key, its data."""
  if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
    leaf = jax.random.key_data(leaf)
  return np.asarray(leaf)


def agree(where: str, expected: Any, got: Any, limit: int = 0) -> int:
  """The greatest distance in ULP of two trees of the same paths.

  Args:
    where: what a message begins with: way, model, claim and what is compared.
    expected: a tree of arrays.
    got: another.
    limit: greatest distance allowed.

  Raises:
    Disagreement: a path, shape or dtype differs, or a distance is over limit.
  """
  wanted, found = leaves(expected), leaves(got)
  if list(wanted) != list(found):
    raise Disagreement(f'{where}: expected {list(wanted)}, got {list(found)}')
  greatest = 0
  for path, want in wanted.items():
    apart = distances(want, found[path])
    distance = int(apart.max(initial=0))
    if distance > limit:
      first = first_entry(want, found[path], apart > limit)
      raise Disagreement(
        f'{where}: leaf {path or "(the whole)"}: expected {show(want)}, '
        f'got {show(found[path])}{first}; {in_ulps(distance)} apart, '
        f'allowed: {limit}',
        distance,
      )
    greatest = max(greatest, distance)
  return greatest


def first_entry(want: Any, have: Any, differs: np.ndarray) -> str:
  """Where two arrays of a shape differ first, and in what."""
  if not differs.ndim:
    return ''
  index = tuple(int(i) for i in np.argwhere(differs)[0])
  expected, got = as_numpy(want)[index], as_numpy(have)[index]
  return f'; first at {list(index)}: expected {expected}, got {got}'


def in_ulps(distance: float) -> str:
  """A distance with its unit, which one that is infinite has not."""
  return 'infinitely far' if distance >= APART else f'{distance} ULP'


def show(leaf: Any) -> str:
  """An array in one line: dtype, shape, and its values where they are few."""
  array = as_numpy(leaf)
  values = f' {array.tolist()}' if array.size <= 8 else ''
  return f'{array.dtype}{list(array.shape)}{values}'
