"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from functools import partial

import jax
from flax import nnx
from jax import lax
from jax import numpy as jnp


class Network(nnx.Module):
  """xs [time, inputs] -> h_time and every y_t, from h_0 = 0 or given.

  The loop is `lax.scan`, around a module that it only reads. `nnx.scan` gives
  the same values, but hands the parameters to the loop in the order of their
  names, and not of their use: another program.
  """

  def __init__(self, cell, dtype, reverse, unroll, draw, inputs):
    """The cell, made by cell(draw, inputs), has `first`, h_0 in a dtype."""
    self.cell = cell(partial(draw, 'cell'), inputs)
    self.dtype = dtype
    self.reverse = reverse
    self.unroll = unroll

  def __call__(self, xs, initial_carry=None, length=None):
    """xs [time, inputs] -> h_time and every y_t; after length, padding."""
    if initial_carry is None:
      initial_carry = self.cell.first(self.dtype or xs.dtype)
    valid = None if length is None else jnp.arange(len(xs)) < length.astype(int)

    def step(carry, valid_and_x):
      valid, x = valid_and_x
      if valid is None:
        return self.cell(carry, x)
      new, y = self.cell(carry, jnp.where(valid, x, 0))
      return jax.tree.map(partial(jnp.where, valid), new, carry), y

    return lax.scan(
      step,
      initial_carry,
      (valid, xs),
      reverse=self.reverse,
      unroll=self.unroll,
    )
