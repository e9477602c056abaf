"""Real numbers that know how far rounding may have moved them.

A `Real` is a float64 array and its *scale*: what one unit of relative error in
each operand and in each result adds up to, to first order. The error of a
computed value, divided by eps times the scale, is in ULP of the terms.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Real:
  """value [...] and scale [...] of the same shape."""

  value: np.ndarray
  scale: np.ndarray
  __array_ufunc__: ClassVar = None  # an array + a Real is the Real's to do

  def __add__(self, other: Any) -> 'Real':
    """a + b: both errors, and one unit of each term."""
    a, b = self, real(other)
    terms = np.abs(a.value) + np.abs(b.value)
    return Real(a.value + b.value, a.scale + b.scale + terms)

  __radd__ = __add__

  def __neg__(self) -> 'Real':
    """-a: exact."""
    return Real(-self.value, self.scale)

  def __sub__(self, other: Any) -> 'Real':
    """a - b, as a + (-b)."""
    return self + -real(other)

  def __rsub__(self, other: Any) -> 'Real':
    """b - a, as b + (-a)."""
    return real(other) + -self

  def __mul__(self, other: Any) -> 'Real':
    """a b: each error times the other factor, and one unit of the product."""
    return product(np.multiply, self, real(other))

  __rmul__ = __mul__

  def __truediv__(self, other: Any) -> 'Real':
    """a / b = a (1 / b)."""
    b = real(other)
    return self * Real(1 / b.value, b.scale / b.value**2)

  def __matmul__(self, other: Any) -> 'Real':
    """A B: likewise, summed over what is contracted."""
    return product(np.matmul, self, real(other))

  def __getitem__(self, index: Any) -> 'Real':
    """The entries at an index, with their scales."""
    return Real(self.value[index], self.scale[index])

  @property
  def shape(self) -> tuple[int, ...]:
    """The sizes of its axes."""
    return self.value.shape

  def __len__(self) -> int:
    """The size of the first axis."""
    return len(self.value)

  def map(self, move: Callable[[np.ndarray], np.ndarray]) -> 'Real':
    """The same entries at other places: transposed, reshaped, turned round."""
    return Real(move(self.value), move(self.scale))


def real(value: Any) -> Real:
  """A number or array [...], rounded once when it was cast."""
  if isinstance(value, Real):
    return value
  value = np.asarray(value, float)
  return Real(value, np.abs(value))


def exact(value: Any) -> Real:
  """A number or array [...] that every dtype has exactly."""
  value = np.asarray(value, float)
  return Real(value, np.zeros_like(value))


def product(times: Callable[..., np.ndarray], a: Real, b: Real) -> Real:
  """times(a, b), bilinear, with its scale."""
  size_a, size_b = np.abs(a.value), np.abs(b.value)
  terms = times(size_a, size_b)
  scale = times(a.scale, size_b) + times(size_a, b.scale) + terms
  return Real(times(a.value, b.value), scale)


def through(f: Callable[..., np.ndarray], slope: Any, x: Real) -> Real:
  """f(x), entry by entry, where slope bounds |f'| at x."""
  y = f(x.value)
  return Real(y, np.abs(slope) * x.scale + np.abs(y))


def tanh(x: Real) -> Real:
  """tanh x, of slope 1 - tanh^2 x; half of it is kept where it is nought."""
  return through(np.tanh, np.maximum(1 - np.tanh(x.value) ** 2, 0.5), x)


def sigmoid(x: Real) -> Real:
  """1 / (1 + exp(-x)), of slope <= 1/4, by way of tanh as the text says."""
  return through(lambda v: 0.5 + 0.5 * np.tanh(0.5 * v), 0.5, x)


def sin(x: Real) -> Real:
  """Sin x, of slope <= 1."""
  return through(np.sin, 1.0, x)


def relu(x: Real) -> Real:
  """max(x, 0), of slope <= 1."""
  return through(lambda v: np.maximum(v, 0), 1.0, x)


def exp(x: Real) -> Real:
  """exp x, of slope exp x."""
  return through(np.exp, np.exp(x.value), x)


def expm1(x: Real) -> Real:
  """exp x - 1, of slope exp x."""
  return through(np.expm1, np.exp(x.value), x)


def sqrt(x: Real) -> Real:
  """x^(1/2), of slope 1 / (2 x^(1/2))."""
  return through(np.sqrt, 0.5 / np.sqrt(x.value), x)


def stack(rows: list[Real], shape: tuple[int, ...] = ()) -> Real:
  """Rows [...] as one array [rows, ...]; of this shape where there is none."""
  if not rows:
    return exact(np.zeros((0, *shape)))
  return Real(
    np.stack([row.value for row in rows]), np.stack([row.scale for row in rows])
  )


def concatenate(parts: list[Real], axis: int = -1) -> Real:
  """The parts one after the other along an axis."""
  return Real(
    np.concatenate([part.value for part in parts], axis),
    np.concatenate([part.scale for part in parts], axis),
  )


def total(x: Real, axis: int = 0, weight: float = 1.0) -> Real:
  """weight times the sum along an axis, one unit of each term, twice."""
  terms = x.scale + 2 * np.abs(x.value)
  return Real(weight * x.value.sum(axis), weight * terms.sum(axis))


def mean(x: Real, axis: int = 0) -> Real:
  """The mean along an axis."""
  return total(x, axis, 1 / x.value.shape[axis])


def apart(tree: Any) -> tuple[Any, Any]:
  """A tree of Reals -> the tree of their values, that of their scales."""
  if isinstance(tree, Real):
    return tree.value, tree.scale
  if isinstance(tree, dict):
    parts = {name: apart(branch) for name, branch in tree.items()}
    return (
      {name: value for name, (value, _) in parts.items()},
      {name: scale for name, (_, scale) in parts.items()},
    )
  values, scales = zip(*map(apart, tree), strict=True)
  return values, scales
