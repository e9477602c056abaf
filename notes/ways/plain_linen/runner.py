"""A cell of Flax's over a batch, and padding that it knows nothing of."""

from functools import partial

import jax
from flax import linen as nn
from jax import numpy as jnp


class Runner(nn.Module):
  """`nn.RNN`, but for padding: a step of it takes x = 0 and keeps the carry.

  Flax's runs on through the padding, and of a sequence of no steps returns the
  carry that it has after all of them.
  """

  cell: nn.RNNCellBase
  time_major: bool
  reverse: bool
  keep_order: bool
  return_carry: bool
  unroll: int

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs], or time first -> every y likewise."""
    axis = 0 if self.time_major else 1
    time, batch = xs.shape[axis], xs.shape[1 - axis]
    if initial_carry is None:
      key, shape = jax.random.key(0), (batch, xs.shape[-1])
      initial_carry = self.cell.initialize_carry(key, shape)
    padded = seq_lengths is not None
    lengths = seq_lengths.astype(int) if padded else jnp.full(batch, time)
    lengths = jnp.minimum(lengths, time)[None]
    t = jnp.arange(time)[:, None]

    def step(cell, carry, x, valid):
      if not padded:
        return cell(carry, x)
      new, y = cell(carry, jnp.where(valid, x, 0))
      return jax.tree.map(partial(jnp.where, valid), new, carry), y

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=(axis, 0),
      out_axes=axis,
      reverse=self.reverse,
      unroll=self.unroll,
    )
    valid = (t < lengths)[..., None]
    carry, ys = scan(self.cell, initial_carry, xs, valid)
    if self.reverse and not self.keep_order:
      turned = jnp.where(t < lengths, lengths - 1 - t, t)
      turned = turned if self.time_major else turned.T
      ys = jnp.take_along_axis(ys, turned[..., None], axis)
    return (carry, ys) if self.return_carry else ys
