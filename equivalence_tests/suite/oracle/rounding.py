"""Real numbers that carry a bound of their rounding, and their derivatives.

A `Real` is a float64 array and its *scale*: the sum, to first order, of one
unit of relative error in each operand and in each result. The error of a
computed value, divided by eps times the scale, is in ULP of the terms.

Each operation on Reals remembers its operands, and a function from the
derivative by its result to the derivative by each operand. `pull_back` applies
these functions from the outputs of a loop to its inputs. They compute in Reals
too, so that a derivative has a scale of its own. JAX has no part in this.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

Move = Callable[[np.ndarray], np.ndarray]
NUMBERS = itertools.count()
TINY = 1e-30  # the least |x| that a scale is divided by


@dataclasses.dataclass(frozen=True, eq=False)
class Real:
  """value [...] and scale [...] of the same shape.

  Attributes:
    value: the number, in float64.
    scale: the bound of the rounding error, in units of eps.
    is_input: whether derivatives by this number are asked for.
    operands: the Reals that it was computed from and that depend on an input,
      each with the function from the derivative by this number, a Real, to the
      derivative by the operand.
    number: its place in the order of computation.
  """

  value: np.ndarray
  scale: np.ndarray
  is_input: bool = False
  operands: tuple[tuple['Real', Callable[['Real'], 'Real']], ...] = ()
  number: int = dataclasses.field(default_factory=NUMBERS.__next__)
  __array_ufunc__: ClassVar = None  # an array + a Real calls `Real.__radd__`

  @property
  def bare(self) -> 'Real':
    """The same number without its operands."""
    return Real(self.value, self.scale)

  @property
  def moves(self) -> bool:
    """Whether the number depends on an input."""
    return self.is_input or bool(self.operands)

  def __add__(self, other: Any) -> 'Real':
    """a + b: both errors, and one unit of each term."""
    a, b = self, real(other)
    terms = np.abs(a.value) + np.abs(b.value)
    return computed(
      a.value + b.value,
      a.scale + b.scale + terms,
      (a, lambda slope: summed_to(slope, a.shape)),
      (b, lambda slope: summed_to(slope, b.shape)),
    )

  __radd__ = __add__

  def __neg__(self) -> 'Real':
    """-a: exact."""
    return computed(-self.value, self.scale, (self, lambda slope: -slope))

  def __sub__(self, other: Any) -> 'Real':
    """a - b, as a + (-b)."""
    return self + -real(other)

  def __rsub__(self, other: Any) -> 'Real':
    """b - a, as b + (-a)."""
    return real(other) + -self

  def __mul__(self, other: Any) -> 'Real':
    """a b: each error times the other factor, and one unit of the product."""
    a, b = self, real(other)
    return product(
      np.multiply,
      (a, lambda slope: summed_to(slope * b.bare, a.shape)),
      (b, lambda slope: summed_to(slope * a.bare, b.shape)),
    )

  __rmul__ = __mul__

  def __truediv__(self, other: Any) -> 'Real':
    """a / b = a (1 / b)."""
    b = real(other)
    inverse = Real(1 / b.value, b.scale / b.value**2)
    slope = lambda slope: -(slope * inverse * inverse)
    return self * computed(inverse.value, inverse.scale, (b, slope))

  def __matmul__(self, other: Any) -> 'Real':
    """A B, of a vector or matrix A and a matrix B: as a b, summed."""
    a, b = self, real(other)

    def by_a(slope: Real) -> Real:
      return (slope @ b.bare.map(np.transpose)).reshape(*a.shape)

    def by_b(slope: Real) -> Real:
      rows = a.bare.reshape(int(np.prod(a.shape[:-1])), b.shape[0])
      return rows.map(np.transpose) @ slope.reshape(len(rows), b.shape[1])

    return product(np.matmul, (a, by_a), (b, by_b))

  def __rmatmul__(self, other: Any) -> 'Real':
    """B A, of an array B."""
    return real(other) @ self

  def __getitem__(self, index: Any) -> 'Real':
    """The entries at an index, with their scales."""
    return self.map(lambda leaf: leaf[index])

  def __array__(self, *_: Any, **__: Any) -> np.ndarray:
    """Refuse to become an array, which would lose scale and operands.

    Raises:
      TypeError: always.
    """
    raise TypeError('expected a function of Reals, or Real.map, got NumPy')

  @property
  def shape(self) -> tuple[int, ...]:
    """The sizes of its axes."""
    return self.value.shape

  @property
  def ndim(self) -> int:
    """The number of its axes."""
    return self.value.ndim

  @property
  def T(self) -> 'Real':
    """The number with its axes in reverse order."""
    return self.map(np.transpose)

  def __len__(self) -> int:
    """The size of the first axis."""
    return len(self.value)

  def __iter__(self) -> Iterator['Real']:
    """Each entry of the first axis."""
    return (self[i] for i in range(len(self)))

  def reshape(self, *shape: int) -> 'Real':
    """The same entries in another shape."""
    return self.map(lambda leaf: leaf.reshape(shape))

  def swapaxes(self, one: int, other: int) -> 'Real':
    """The same entries with two axes exchanged."""
    return self.map(lambda leaf: leaf.swapaxes(one, other))

  def map(self, move: Move) -> 'Real':
    """The same entries at other places, and 0 where move puts 0."""
    back = lambda slope: put_back(slope, move, self.shape)
    return computed(move(self.value), move(self.scale), (self, back))


def computed(
  value: np.ndarray,
  scale: np.ndarray,
  *operands: tuple[Real, Callable[[Real], Real]],
) -> Real:
  """Return a Real that remembers those operands that depend on an input."""
  kept = tuple((a, back) for a, back in operands if a.moves)
  return Real(value, scale, operands=kept)


def real(value: Any) -> Real:
  """Return a number or array [...], rounded once when it was cast."""
  if isinstance(value, Real):
    return value
  value = np.asarray(value, float)
  return Real(value, np.abs(value))


def exact(value: Any) -> Real:
  """Return a number or array [...] that every dtype has exactly."""
  if isinstance(value, Real):
    zero = np.zeros_like(value.scale)
    return computed(value.value, zero, (value, lambda slope: slope))
  value = np.asarray(value, float)
  return Real(value, np.zeros_like(value))


def as_input(value: Any) -> Real:
  """Return an array [...], rounded once, that derivatives are asked by."""
  value = np.asarray(value, float)
  return Real(value, np.abs(value), is_input=True)


def stopped(x: Real) -> Real:
  """Return x with derivative 0."""
  return x.bare


def clipped_back(x: Real, limit: float) -> Real:
  """Return x; the derivative by x is clipped to -limit and limit."""

  def back(slope: Real) -> Real:
    value = np.clip(slope.value, -limit, limit)
    return Real(value, slope.scale + np.abs(value))

  return computed(x.value, x.scale, (x, back))


def coarser(x: Real, units: float) -> Real:
  """Return x, its scale in units of a dtype that is so many times finer."""
  return computed(x.value, units * x.scale, (x, lambda slope: slope))


def product(
  times: Callable[..., np.ndarray],
  left: tuple[Real, Callable[[Real], Real]],
  right: tuple[Real, Callable[[Real], Real]],
) -> Real:
  """Return times(a, b), bilinear, of operands with their derivatives."""
  a, b = left[0], right[0]
  size_a, size_b = np.abs(a.value), np.abs(b.value)
  scale = times(a.scale + size_a, size_b) + times(size_a, b.scale)
  return computed(times(a.value, b.value), scale, left, right)


def summed_to(x: Real, shape: tuple[int, ...]) -> Real:
  """Return the sum of x over the axes that a shape was broadcast along."""
  while x.ndim > len(shape):
    x = total(x)
  for axis, size in enumerate(shape):
    if size == 1 and x.shape[axis] != 1:
      x = total(x, axis).reshape(*x.shape[:axis], 1, *x.shape[axis + 1 :])
  return x


def put_back(x: Real, move: Move, shape: tuple[int, ...]) -> Real:
  """Return the derivative [shape] by what move made x [...] of.

  Move is applied to the places of the entries, counted from 1, so that a 0 is
  what it added. An entry that it copied has the sum over the copies.
  """
  size = int(np.prod(shape))
  places = np.ravel(move(np.arange(1, size + 1).reshape(shape)))
  add = lambda leaf: np.bincount(places, np.ravel(leaf), size + 1)[1:]
  copies = np.bincount(places, minlength=size + 1)[places] > 1
  terms = np.ravel(x.scale) + 2 * copies * np.abs(np.ravel(x.value))
  return Real(add(x.value).reshape(shape), add(terms).reshape(shape))


def where(condition: np.ndarray, a: Real, b: Real) -> Real:
  """Return the entries of a [...] where a condition [...] holds, or of b."""
  zero = exact(0.0)

  def by_a(slope: Real) -> Real:
    return summed_to(where(condition, slope, zero), a.shape)

  def by_b(slope: Real) -> Real:
    return summed_to(where(condition, zero, slope), b.shape)

  value = np.where(condition, a.value, b.value)
  scale = np.where(condition, a.scale, b.scale)
  return computed(value, scale, (a, by_a), (b, by_b))


def through(
  f: Callable[..., np.ndarray],
  bound: Any,
  x: Real,
  slope: Callable[[Real, Real], Real],
) -> Real:
  """Return y = f(x), entry by entry.

  Args:
    f: a function of arrays.
    bound: a bound [...] of |f'| at x, for the scale.
    x: its argument.
    slope: x, y -> f'(x).
  """
  value = f(x.value)
  y = Real(value, np.abs(bound) * x.scale + np.abs(value))
  back = lambda by_y: by_y * slope(x.bare, y)
  return computed(y.value, y.scale, (x, back))


def tanh(x: Real) -> Real:
  """tanh x, of slope 1 - tanh^2 x; half of it is kept where it is nought."""
  bound = np.maximum(1 - np.tanh(x.value) ** 2, 0.5)
  return through(np.tanh, bound, x, lambda _, y: 1 - y * y)


def sigmoid(x: Real) -> Real:
  """1 / (1 + exp(-x)), of slope <= 1/4, by way of tanh as the text says."""
  f = lambda v: 0.5 + 0.5 * np.tanh(0.5 * v)
  return through(f, 0.5, x, lambda _, y: y * (1 - y))


def sin(x: Real) -> Real:
  """Sin x, of slope cos x."""
  return through(np.sin, 1.0, x, lambda x, _: cos(x))


def cos(x: Real) -> Real:
  """Cos x, of slope -sin x."""
  return through(np.cos, 1.0, x, lambda x, _: -sin(x))


def relu(x: Real) -> Real:
  """max(x, 0), of slope 1 above 0, and 0 elsewhere.

  The slope jumps at 0. Its scale is that of x over |x|: where rounding may take
  x to the other side of 0, that is more than a unit of the whole jump.
  """

  def slope(x: Real, _: Real) -> Real:
    scale = x.scale / np.maximum(np.abs(x.value), TINY)
    return Real((x.value > 0).astype(float), scale)

  return through(lambda v: np.maximum(v, 0), 1.0, x, slope)


def exp(x: Real) -> Real:
  """exp x, of slope exp x."""
  return through(np.exp, np.exp(x.value), x, lambda _, y: y)


def expm1(x: Real) -> Real:
  """exp x - 1, of slope exp x."""
  return through(np.expm1, np.exp(x.value), x, lambda x, _: exp(x))


def sqrt(x: Real) -> Real:
  """x^(1/2), of slope 1 / (2 x^(1/2))."""
  bound = 0.5 / np.sqrt(x.value)
  return through(np.sqrt, bound, x, lambda _, y: exact(0.5) / y)


def stack(rows: list[Real], shape: tuple[int, ...] = ()) -> Real:
  """Return rows [...] as [rows, ...]; of this shape where there is no row."""
  if not rows:
    return exact(np.zeros((0, *shape)))
  return computed(
    np.stack([row.value for row in rows]),
    np.stack([row.scale for row in rows]),
    *((row, lambda slope, i=i: slope[i]) for i, row in enumerate(rows)),
  )


def concatenate(parts: Sequence[Any], axis: int = -1) -> Real:
  """Return the parts one after the other along an axis."""
  parts = [*map(real, parts)]
  ends = np.cumsum([part.shape[axis] for part in parts])

  def back(i: int) -> Callable[[Real], Real]:
    places = np.arange(ends[i] - parts[i].shape[axis], ends[i])
    return lambda slope: slope.map(lambda leaf: leaf.take(places, axis))

  return computed(
    np.concatenate([part.value for part in parts], axis),
    np.concatenate([part.scale for part in parts], axis),
    *((part, back(i)) for i, part in enumerate(parts)),
  )


def total(x: Real, axis: int = 0, weight: float = 1.0) -> Real:
  """Return weight times the sum along an axis, a unit of each term, twice."""
  terms = x.scale + 2 * np.abs(x.value)

  def back(slope: Real) -> Real:
    wide = lambda leaf: np.broadcast_to(np.expand_dims(leaf, axis), x.shape)
    scale = slope.scale + np.abs(slope.value)
    return Real(wide(weight * slope.value), wide(abs(weight) * scale))

  return computed(
    weight * x.value.sum(axis), weight * terms.sum(axis), (x, back)
  )


def mean(x: Real, axis: int = 0) -> Real:
  """Return the mean along an axis."""
  return total(x, axis, 1 / x.shape[axis])


def pull_back(
  outputs: Sequence[Real], slopes: Sequence[Any], inputs: Sequence[Real]
) -> list[Real]:
  """Return the derivative by each input of the sum of slopes times outputs.

  Args:
    outputs: what a loop computed of the inputs.
    slopes: an array for each output, of its shape.
    inputs: what `as_input` returned.
  """
  found = {x.number: exact(np.zeros(x.shape)) for x in inputs}
  pending: dict[int, Real] = {}

  def add(x: Real, slope: Real) -> None:
    if x.moves:
      before = found.get(x.number)
      found[x.number] = slope if before is None else before + slope
      pending[x.number] = x

  for x, slope in zip(outputs, slopes, strict=True):
    add(x, exact(slope))
  while pending:  # what is computed last has all its derivatives first
    x = pending.pop(max(pending))
    for operand, back in x.operands:
      add(operand, back(found[x.number]))
  return [found[x.number] for x in inputs]
