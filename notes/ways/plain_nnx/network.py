"""A cell over time."""

from functools import partial

from flax import nnx
from jax import lax

from core_rnn.padding import fill_padding, freeze_carry, mark_padding


class Network(nnx.Module):
  """A cell over time: xs [time, inputs] -> the last carry, every y_t.

  The loop is `lax.scan` around a module that the loop only reads. `nnx.scan`
  returns the same values, but passes the parameters to the loop in the order of
  their names instead of their use, which is another program.
  """

  def __init__(self, cell, dtype, reverse, unroll, draw, inputs, zeros=False):
    """Make the cell by cell(draw, inputs); zeros means 0 at padding."""
    self.cell = cell(partial(draw, 'cell'), inputs)
    self.dtype = dtype
    self.reverse = reverse
    self.unroll = unroll
    self.zeros = zeros

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the last carry, and every y_t [time, features]."""
    h_0 = initial_carry
    if h_0 is None:
      h_0 = self.cell.zero_carry(self.dtype or xs.dtype)
    valid_xs = mark_padding(xs, seq_length, self.reverse)
    step = freeze_carry(self.cell, h_0)
    how = {'reverse': self.reverse, 'unroll': self.unroll}
    h, ys = lax.scan(step, h_0, valid_xs, **how)
    return h, fill_padding(ys, seq_length, self.zeros)
