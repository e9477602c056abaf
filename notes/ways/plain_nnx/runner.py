"""A cell over a batch of sequences."""

import jax
from flax import nnx

from core_rnn.networks.sequences.rnn import RNN
from core_rnn.outputs import arrange_outputs
from core_rnn.pure.parts.custom_backward import batch_with_backward

from .network import Network


class Runner(Network):
  """A cell over a batch: xs [batch, time, inputs] -> outputs."""

  def __init__(self, n: RNN, *args, **kwargs):
    """Take the description, and the arguments of `Network`."""
    super().__init__(*args, **kwargs)
    self.n = n

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return every y_t, or the last carry and every y_t."""
    n, axis = self.n, 1 if self.n.time_major else 0
    given = xs, initial_carry, seq_lengths
    if n.deferred:
      params = nnx.to_pure_dict(nnx.state(self.cell))
      h, ys = batch_with_backward(n)(params, *given)
    else:
      h, ys = jax.vmap(super().__call__, (axis, 0, 0), (0, axis))(*given)
    ys = arrange_outputs(n, xs, initial_carry, ys, seq_lengths)
    return (h, ys) if n.return_carry else ys
