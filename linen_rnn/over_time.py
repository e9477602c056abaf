"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Mapping
from functools import partial

import jax
from flax import linen as nn
from flax.core import FrozenDict
from jax import numpy as jnp


class OverTime(nn.Module):
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn. A stream
  draws anew in each step, or, where split_rngs is off, the same. Of a sequence
  of a given length, what follows is padding: x_t is 0, and the carry stays.

  Attributes:
    cell: a module of h_{t-1}, x_t -> h_t, y_t, whose `first(xs)` is h_0.
    reverse: whether it goes from the last step to the first.
    unroll: steps to a turn of the loop.
    split_rngs: whether a stream draws anew in each step.
  """

  cell: nn.Module
  reverse: bool
  unroll: int
  split_rngs: Mapping[str, bool] = FrozenDict()

  def __call__(self, xs, initial_carry=None, length=None):
    """xs [time, ...] -> h_time and every y_t [time, ...]."""
    if initial_carry is None:
      initial_carry = self.cell.first(xs)
    valid = None if length is None else jnp.arange(len(xs)) < length.astype(int)

    def step(cell, carry, valid_and_x):
      valid, x = valid_and_x
      if valid is None:
        return cell(carry, x)
      new, y = cell(carry, jnp.where(valid, x, 0))
      return jax.tree.map(partial(jnp.where, valid), new, carry), y

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, **self.split_rngs},
      reverse=self.reverse,
      unroll=self.unroll,
    )
    return scan(self.cell, initial_carry, (valid, xs))
