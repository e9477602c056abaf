"""A cell over a batch: every sequence of it by itself, over time."""

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.padding import zeroed
from linen_rnn.over_time import OverTime


def turned(ys, length):
  """The first length of ys [time, ...] the other way round, then padding."""
  if length is None:
    return ys[::-1]
  t = jnp.arange(len(ys))
  length = jnp.minimum(length.astype(int), len(ys))
  return ys[jnp.where(t < length, length - 1 - t, t)]


class OverBatch(nn.Module):
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  Where time_major, [time, batch, ...]. reverse goes from the last step to the
  first, and returns the outputs as they came, the last step first; keep_order
  turns them back. return_carry returns (h of each [batch, ...], ys). Outputs at
  padding are 0 if zero_padding.

  Attributes:
    cell: as of `OverTime`; so is unroll.
    time_major: whether time stands before the batch.
    reverse: whether it goes from the last step to the first.
    keep_order: whether outputs stand at the steps of their inputs even so.
    return_carry: whether the last h of each is returned as well.
    unroll: steps to a turn of the loop.
    zero_padding: whether outputs at padding are 0.
  """

  cell: nn.Module
  time_major: bool
  reverse: bool
  keep_order: bool
  return_carry: bool
  unroll: int
  zero_padding: bool = False

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, ...] -> every y [batch, time, ...]."""
    axis = 1 if self.time_major else 0
    vmap = nn.vmap(
      OverTime,
      variable_axes={'params': None},
      split_rngs={'params': False},
      in_axes=(axis, 0, 0),
      out_axes=(0, axis),
    )
    one = vmap(self.cell, self.reverse, self.unroll, name='one')
    carry, ys = one(xs, initial_carry, seq_lengths)
    if self.reverse and not self.keep_order:
      ys = jax.vmap(turned, (axis, 0), axis)(ys, seq_lengths)
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if self.return_carry else ys
