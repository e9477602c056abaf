"""Two networks over time, as functions of one scope."""

import jax
from flax.core import Scope

from core_rnn.networks.sequences.bidirectional import Bidirectional
from core_rnn.padding import zero_after_end
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.sequences.rnn import rnn_layer
from core_rnn.types import BothWays


@as_scope(Bidirectional)
def bidirectional(n: Bidirectional) -> Function:
  axis = 1 if n.time_major else 0
  forward = rnn_layer(n.direction(reverse=False))
  backward = rnn_layer(n.direction(reverse=True))

  def network(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    forward_rnn = scope.child(forward, 'forward_rnn')
    backward_rnn = scope.child(backward, 'backward_rnn')
    h_0, back_0 = initial_carry or (None, None)
    h, ys = forward_rnn(xs, h_0, seq_lengths)
    back, back_ys = backward_rnn(xs, back_0, seq_lengths)
    ys = n.merge_fn(ys, back_ys)
    if n.zero_padding:
      ys = jax.vmap(zero_after_end, (axis, 0), axis)(ys, seq_lengths)
    return (BothWays(h, back), ys) if n.return_carry else ys

  return network
