"""A cell over a batch: every sequence of it by itself, over time."""

import jax
from jax import numpy as jnp

from core_rnn.padding import zeroed
from core_rnn.pure.as_model import Functions
from core_rnn.pure.over_time import Cell, over_time


def turned(ys, length):
  """The first length of ys [time, ...] the other way round, then padding."""
  if length is None:
    return ys[::-1]
  t = jnp.arange(len(ys))
  length = jnp.minimum(length.astype(int), len(ys))
  return ys[jnp.where(t < length, length - 1 - t, t)]


def over_batch(
  cell: Cell,
  time_major: bool,
  reverse: bool,
  keep_order: bool,
  return_carry: bool,
  unroll: int,
  zero_padding: bool = False,
) -> Functions:
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  Where time_major, [time, batch, ...]. reverse goes from the last step to the
  first, and returns the outputs as they came, the last step first; keep_order
  turns them back. return_carry returns (h of each [batch, ...], ys). Outputs at
  padding are 0 if zero_padding.
  """
  init_one, apply_one = over_time(cell, reverse, unroll)
  axis = 1 if time_major else 0

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    shape = list(xs.shape)
    del shape[axis]
    return init_one(rngs, jax.ShapeDtypeStruct(shape, xs.dtype))

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    def one(xs, initial_carry, length):
      return apply_one(variables, xs, initial_carry, length)

    vmap = jax.vmap(one, (axis, 0, 0), (0, axis))
    carry, ys = vmap(xs, initial_carry, seq_lengths)
    if reverse and not keep_order:
      ys = jax.vmap(turned, (axis, 0), axis)(ys, seq_lengths)
    if zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if return_carry else ys

  return init, apply
