"""A network over a batch: every sequence of it by itself."""

import jax

from core_rnn.equations.padding import turned, zeroed

from .network import Network


class Runner(Network):
  """xs [batch, time, inputs] -> every y [batch, time, features]."""

  def __init__(
    self, time_major, keep_order, return_carry, zero_padding, *over_time
  ):
    """What else it takes is what a Network takes."""
    super().__init__(*over_time)
    self.time_major = time_major
    self.keep_order = keep_order
    self.return_carry = return_carry
    self.zero_padding = zero_padding

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs], or time first -> (h, ys), or ys alone."""
    axis = 1 if self.time_major else 0
    one = jax.vmap(super().__call__, (axis, 0, 0), (0, axis))
    carry, ys = one(xs, initial_carry, seq_lengths)
    if self.reverse and not self.keep_order:
      ys = jax.vmap(turned, (axis, 0), axis)(ys, seq_lengths)
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if self.return_carry else ys
