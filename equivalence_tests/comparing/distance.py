"""How far apart what two models return is: bit for bit, or in ULP of a leaf."""

from typing import Any

import numpy as np
from jax import numpy as jnp

from equivalence_tests.suite.compare import (
  APART,
  Disagreement,
  agree,
  as_numpy,
  leaves,
  show,
)


def within(expected: Any, got: Any, ulp: float) -> float:
  """The greatest distance of two trees, in ULP of each leaf's largest entry.

  With 0 allowed, each entry is the same bit for bit. With more, an entry near 0
  that comes of larger ones is not held to digits that they do not have.

  Raises:
    Disagreement: paths, shapes or dtypes differ, or a distance is over ulp.
  """
  if not ulp:
    return agree('', expected, got)
  wanted, found = leaves(expected), leaves(got)
  if list(wanted) != list(found):
    raise Disagreement(f': expected {list(wanted)}, got {list(found)}')
  distances = {path: of_leaf(wanted[path], found[path]) for path in wanted}
  for path, distance in distances.items():
    if distance > ulp:
      expected, got = show(wanted[path]), show(found[path])
      head = f': leaf {path or "(the whole)"}: expected {expected}, got {got}'
      words = f'{head}; {distance:.3g} ULP of its largest entry, allowed: {ulp}'
      raise Disagreement(words, distance)
  return max(distances.values(), default=0)


def of_leaf(expected: Any, got: Any) -> float:
  """The distance of two arrays, in units of the first's largest entry."""
  a, b = as_numpy(expected), as_numpy(got)
  if a.shape != b.shape or a.dtype != b.dtype:
    return APART
  if not jnp.issubdtype(a.dtype, jnp.floating):
    return 0 if (a == b).all() else APART
  eps = float(jnp.finfo(a.dtype).eps)
  wide, other = a.astype(np.float64), b.astype(np.float64)
  finite = np.isfinite(wide)
  if not np.array_equal(wide[~finite], other[~finite], equal_nan=True):
    return APART
  if not np.isfinite(other[finite]).all():
    return APART
  apart = np.abs(wide[finite] - other[finite]).max(initial=0)
  return float(apart / (eps * np.abs(wide)[finite].max())) if apart else 0
