"""A network over a batch: every sequence of it by itself."""

from functools import partial

import jax
from flax import nnx

from core_rnn.equations.padding import batch_of_sequences, turned, zeroed
from core_rnn.pure.parts.deferred import deferred

from .network import Network


class Runner(Network):
  """xs [batch, time, inputs] -> every y [batch, time, features]."""

  def __init__(
    self, time_major, keep_order, return_carry, zero_padding, rule, *over_time
  ):
    """What else it takes is what a Network takes."""
    super().__init__(*over_time)
    self.time_major = time_major
    self.keep_order = keep_order
    self.return_carry = return_carry
    self.zero_padding = zero_padding
    self.rule = rule

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs], or time first -> (h, ys), or ys alone."""
    axis = 1 if self.time_major else 0
    if self.rule is None:
      rnn = jax.vmap(super().__call__, (axis, 0, 0), (0, axis))
    else:
      params = nnx.to_pure_dict(nnx.state(self.cell))
      run = partial(deferred(self.rule), params)
      first = lambda xs: self.cell.first(self.dtype or xs.dtype)
      rnn = batch_of_sequences(run, first, axis)
    carry, ys = rnn(xs, initial_carry, seq_lengths)
    if self.reverse and not self.keep_order:
      ys = jax.vmap(turned, (axis, 0), axis)(ys, seq_lengths)
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if self.return_carry else ys
