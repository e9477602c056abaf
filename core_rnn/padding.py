"""Padding: sequences that end before their arrays do.

Every model that accepts lengths makes the same three calls:

    valid_xs = mark_padding(xs, length)
    h, ys = lax.scan(freeze_carry(step, h), h, valid_xs)
    ys = fill_padding(ys, length, zero_padding)

After the end of a sequence the loop computes its first step again, and drops
the result. So it computes nothing that it would not compute without padding: a
NaN that is computed and then dropped would still make every derivative NaN.
"""

from collections.abc import Callable
from typing import Any

import jax
from jax import numpy as jnp
from jaxtyping import Array, Bool, Float, Integer

Length = Integer[Array, ''] | None
Valid = Bool[Array, '...'] | None
Step = Callable[[Any, Any], tuple[Any, Any]]


def mark_padding(
  xs: Float[Array, 'time ...'], length: Length, reverse: bool = False
) -> tuple[Valid, Float[Array, 'time ...']]:
  """Mark the steps that are valid, and replace the inputs that are not.

  Args:
    xs: the inputs, [time, ...].
    length: the number of valid steps; None if all are.
    reverse: whether the loop runs from the last step to the first.

  Returns:
    Whether each step is valid, [time]; None if length is None. And xs with the
    first input of the loop in place of padding. A sequence of length 0 has no
    input; 1/2 stands for it, which is in the domain of a quotient, a root and a
    logarithm, of x and of 1 - x.
  """
  if length is None:
    return None, xs
  valid = valid_steps(xs, length)
  first = jnp.maximum(length.astype(int), 1) - 1 if reverse else 0
  xs = xs[jnp.where(valid, jnp.arange(len(xs)), first)]
  return valid, jnp.where(length.astype(int) > 0, xs, 0.5)


def freeze_carry(step: Step, initial_carry: Any) -> Step:
  """Wrap a step of a loop so that the carry does not change at padding.

  Args:
    step: carry, x -> carry, y.
    initial_carry: the carry before the first step, a tree of [...].

  Returns:
    A step for the inputs that `mark_padding` returns: carry, (valid, x) ->
    carry, y. At padding, y is that of the first step.
  """

  def frozen(carry: Any, valid_x: tuple[Valid, Any]) -> tuple[Any, Any]:
    valid, x = valid_x
    if valid is None:
      return step(carry, x)
    new, y = step(select(valid, carry, initial_carry), x)
    return select(valid, new, carry), y

  return frozen


def fill_padding(ys: Any, length: Length, zero_padding: bool) -> Any:
  """Replace the outputs after the end of a sequence, leaves [time, ...].

  Args:
    ys: the outputs, a tree of [time, ...].
    length: the number of valid steps; None if all are.
    zero_padding: whether the outputs after the end are 0, or else the last
      valid output. A sequence of length 0 has the output for x = 1/2.
  """
  if length is None:
    return ys
  if zero_padding:
    return zero_after_end(ys, length)
  return jax.tree.map(lambda ys: repeat_last(ys, length), ys)


def valid_steps(
  xs: Float[Array, 'time ...'], length: Integer[Array, '']
) -> Bool[Array, 'time']:
  """Return whether t < length, for every step t: [time]."""
  return jnp.arange(len(xs)) < length.astype(int)


def repeat_last(
  ys: Float[Array, 'time ...'], length: Integer[Array, '']
) -> Float[Array, 'time ...']:
  """Return y_t for t < length, and y_{length - 1} after that: [time, ...]."""
  last = jnp.maximum(length.astype(int), 1) - 1
  return ys[jnp.minimum(jnp.arange(len(ys)), last)]


def zero_after_end(ys: Any, length: Length) -> Any:
  """Return y_t for t < length, and 0 after that: leaves [time, ...]."""
  if length is None:
    return ys
  zero = lambda ys: jnp.zeros_like(ys)
  return jax.tree.map(
    lambda ys: select(valid_steps(ys, length), ys, zero(ys)), ys
  )


def select(valid: Bool[Array, '...'], tree: Any, other: Any) -> Any:
  """Return the leaves [...] of tree where valid, and of other elsewhere.

  The axes of valid are the first axes of every leaf.
  """

  def leaf(one: Any, another: Any) -> Any:
    return jnp.where(
      jnp.expand_dims(valid, range(valid.ndim, jnp.ndim(one))), one, another
    )

  return jax.tree.map(leaf, tree, other)
