"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from functools import partial

from flax import nnx
from jax import lax

from core_rnn.equations.padding import held, known, repeated, valid_steps


class Network(nnx.Module):
  """xs [time, inputs] -> h_time and every y_t, from h_0 = 0 or given.

  The loop is `lax.scan`, around a module that it only reads. `nnx.scan` gives
  the same values, but hands the parameters to the loop in the order of their
  names, and not of their use: another program.
  """

  def __init__(self, cell, dtype, reverse, unroll, draw, inputs, zeros=False):
    """The cell, made by cell(draw, inputs), has `first`, h_0 in a dtype."""
    self.cell = cell(partial(draw, 'cell'), inputs)
    self.dtype = dtype
    self.reverse = reverse
    self.unroll = unroll
    self.zeros = zeros  # whether y is 0 at padding

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, inputs] -> h_time and every y_t; after seq_length, padding."""
    if initial_carry is None:
      initial_carry = self.cell.first(self.dtype or xs.dtype)

    def step(carry, valid_and_x):
      valid, x = valid_and_x
      cell = self.cell
      return cell(carry, x) if valid is None else held(cell, valid, carry, x)

    scan = partial(lax.scan, step, reverse=self.reverse, unroll=self.unroll)
    if seq_length is None:
      return scan(initial_carry, (None, xs))
    scanned = valid_steps(xs, seq_length), repeated(xs, seq_length)
    (_, carry), ys = scan((initial_carry, initial_carry), scanned)
    return carry, known(ys, seq_length) if self.zeros else ys
