"""What stands at the padding of a sequence: the same functions in every way.

Of a sequence of a length, what follows is padding, whatever stands there. A
cell that would see it could make NaN of it, and a NaN that is not selected
still has NaN derivatives. So at padding the cell takes once more the step that
it took at the end of the sequence, of the same h and x.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
from jax import numpy as jnp
from jaxtyping import Array, Bool, Float, Integer


def valid_steps(
  xs: Float[Array, 'time ...'], length: Integer[Array, '']
) -> Bool[Array, 'time']:
  """Whether t < length, for every step: [time]."""
  return jnp.arange(len(xs)) < length.astype(int)


def last_again(
  xs: Float[Array, 'time ...'], length: Integer[Array, '']
) -> Float[Array, 'time ...']:
  """x_t for t < length, then x_{length - 1}, of length 0 x_0: [time, ...]."""
  last = jnp.maximum(length.astype(int), 1) - 1
  return xs[jnp.minimum(jnp.arange(len(xs)), last)]


def repeated(
  xs: Float[Array, 'time ...'], length: Integer[Array, '']
) -> Float[Array, 'time ...']:
  """x_t for t < length, and x_{length - 1} from there on: [time, ...].

  No steps have no last one. There it is 1/2, which suits a quotient, a root
  and a logarithm, of x or of 1 - x, where 0 and 1 do not.
  """
  return jnp.where(length.astype(int) > 0, last_again(xs, length), 0.5)


def padded(
  xs: Float[Array, 'time ...'], length: Integer[Array, ''] | None
) -> tuple[Bool[Array, 'time'] | None, Float[Array, 'time ...']]:
  """Whether each step is no padding [time], and x as `repeated` has it."""
  if length is None:
    return None, xs
  return valid_steps(xs, length), repeated(xs, length)


def ended(
  ys: Float[Array, 'time ...'],
  length: Integer[Array, ''] | None,
  zero_padding: bool,
) -> Float[Array, 'time ...']:
  """y_t for t < length, and from there on 0, or the last once more: [...]."""
  if length is None:
    return ys
  return known(ys, length) if zero_padding else last_again(ys, length)


def held(
  step: Callable[..., tuple[Any, Any]],
  valid: Bool[Array, '...'],
  carries: tuple[Any, Any],
  x: Any,
) -> tuple[tuple[Any, Any], Any]:
  """A step from h, or where not valid that before it again, and h stays.

  Args:
    step: h, x -> h', y: trees of [...].
    valid: whether this is no padding: of one example [], of some [batch, 1].
    carries: the h that the step before was taken from, and h.
    x: as `repeated` has it.

  Returns:
    Both carries for the next step, and y.
  """
  before, now = carries
  before = select(valid, now, before)
  new, y = step(before, x)
  return (before, select(valid, new, now)), y


def select(valid: Bool[Array, '...'], tree: Any, other: Any) -> Any:
  """The leaves [...] of the one tree where valid, else those of the other."""
  return jax.tree.map(lambda a, b: jnp.where(valid, a, b), tree, other)


def known(xs: Any, length: Integer[Array, ''] | None) -> Any:
  """x_t for t < length, and 0 from there on: leaves [time, ...]."""
  if length is None:
    return xs

  def leaf(xs):
    step = lambda valid, x: jnp.where(valid, x, 0)
    return jax.vmap(step)(valid_steps(xs, length), xs)

  return jax.tree.map(leaf, xs)


def zeroed(
  ys: Any, seq_lengths: Integer[Array, 'batch'] | None, axis: int
) -> Any:
  """y_t for t < length, and 0 from there on: leaves [batch, time, ...].

  Args:
    ys: outputs of a batch of sequences.
    seq_lengths: of each; with None, there is no padding.
    axis: of the batch, 0 or 1; of time it is the other.
  """
  if seq_lengths is None:
    return ys
  return jax.vmap(known, (axis, 0), axis)(ys, seq_lengths)


def before(
  y: Float[Array, 'batch ...'], ys: Float[Array, '...'], axis: int
) -> Float[Array, '...']:
  """y_0 before every y_t: [batch, 1 + time, ...], time along the axis."""
  return jnp.concatenate([jnp.expand_dims(y, axis), ys], axis)


def turned(
  ys: Float[Array, 'time ...'], length: Integer[Array, ''] | None
) -> Float[Array, 'time ...']:
  """The first length of ys [time, ...] the other way round, then padding."""
  if length is None:
    return ys[::-1]
  t = jnp.arange(len(ys))
  length = jnp.minimum(length.astype(int), len(ys))
  return ys[jnp.where(t < length, length - 1 - t, t)]


def batch_of_sequences(
  run: Callable[..., Any], first: Callable[..., Any], axis: int
) -> Any:
  """xs [batch, time, inputs], the batch along the axis -> h_time, every h_t.

  Args:
    run: of a whole batch, h_0, xs [time, batch, inputs], whether each step is
      no padding [time, batch] -> h_time, every h_t [time, batch, features].
    first: xs [time, inputs] -> h_0, where none is given.
    axis: of the batch, 0 or 1; of time it is the other.

  Returns:
    A function of xs, initial_carry, seq_lengths; the last two may be None.
  """

  def begun(xs, h, length):
    valid, steps = padded(xs, length)
    return first(xs) if h is None else h, steps, valid

  end = partial(ended, zero_padding=False)

  def network(xs, initial_carry, seq_lengths):
    begin = jax.vmap(begun, (axis, 0, 0), (0, 1, 1))
    carry, ys = run(*begin(xs, initial_carry, seq_lengths))
    return carry, jax.vmap(end, (1, 0), axis)(ys, seq_lengths)

  return network
