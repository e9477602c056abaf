"""Two networks over time, in one module."""

import jax
from flax import linen as nn

from core_rnn.networks.sequences.bidirectional import Bidirectional
from core_rnn.padding import zero_after_end
from core_rnn.types import BothWays
from linen_rnn.as_linen import as_linen
from linen_rnn.sequences.rnn import RNNLayer


class BidirectionalNetwork(nn.Module):
  """Both networks: xs, initial_carry, seq_lengths -> outputs."""

  n: Bidirectional

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return every y_t, or both carries and every y_t."""
    n, axis = self.n, 1 if self.n.time_major else 0
    forward = n.direction(reverse=False)
    backward = n.direction(reverse=True)
    forward_rnn = RNNLayer(forward, name='forward_rnn')
    backward_rnn = RNNLayer(backward, name='backward_rnn')
    h_0, back_0 = initial_carry or (None, None)
    h, ys = forward_rnn(xs, h_0, seq_lengths)
    back, back_ys = backward_rnn(xs, back_0, seq_lengths)
    ys = n.merge_fn(ys, back_ys)
    if n.zero_padding:
      ys = jax.vmap(zero_after_end, (axis, 0), axis)(ys, seq_lengths)
    return (BothWays(h, back), ys) if n.return_carry else ys


@as_linen(Bidirectional)
def bidirectional(n: Bidirectional) -> nn.Module:
  return BidirectionalNetwork(n)
