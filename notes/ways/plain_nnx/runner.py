"""A network over a batch: every sequence of it by itself."""

from functools import partial

import jax
from flax import nnx

from core_rnn.equations.padding import batch_of_sequences
from core_rnn.networks.old.sequences import RNN
from core_rnn.pure.parts.deferred import deferred

from .network import Network


class Runner(Network):
  """xs [batch, time, inputs] -> every y [batch, time, features]."""

  def __init__(self, n: RNN, rule, *over_time):
    """What else it takes is what a Network takes."""
    super().__init__(*over_time)
    self.n = n
    self.rule = rule

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs], or time first -> (h, ys), or ys alone."""
    axis = 1 if self.n.time_major else 0
    if self.rule is None:
      rnn = jax.vmap(super().__call__, (axis, 0, 0), (0, axis))
    else:
      params = nnx.to_pure_dict(nnx.state(self.cell))
      run = partial(deferred(self.rule), params)
      first = lambda xs: self.cell.first(self.dtype or xs.dtype)
      rnn = batch_of_sequences(run, first, axis)
    given = xs, initial_carry, seq_lengths
    return self.n.returned(*given, *rnn(*given))
