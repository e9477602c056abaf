"""Two networks over time, with explicit parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.sequences.bidirectional import Bidirectional
from core_rnn.padding import zero_after_end
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.sequences.rnn import rnn_layer
from core_rnn.types import BothWays


@as_pure(Bidirectional)
def bidirectional(n: Bidirectional) -> Functions:
  axis = 1 if n.time_major else 0
  forward_init, forward = rnn_layer(n.direction(reverse=False))
  backward_init, backward = rnn_layer(n.direction(reverse=True))

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    draw = lambda name: partial(derive, rngs['params'], name)
    forward = forward_init(draw('forward_rnn'), xs.shape[-1])
    backward = backward_init(draw('backward_rnn'), xs.shape[-1])
    return {
      'params': {'forward_rnn': forward, 'backward_rnn': backward}
    }

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    params = variables['params']
    forward_rnn = partial(forward, params['forward_rnn'])
    backward_rnn = partial(backward, params['backward_rnn'])
    h_0, back_0 = initial_carry or (None, None)
    h, ys = forward_rnn(xs, h_0, seq_lengths)
    back, back_ys = backward_rnn(xs, back_0, seq_lengths)
    ys = n.merge_fn(ys, back_ys)
    if n.zero_padding:
      ys = jax.vmap(zero_after_end, (axis, 0), axis)(ys, seq_lengths)
    return (BothWays(h, back), ys) if n.return_carry else ys

  return init, apply
