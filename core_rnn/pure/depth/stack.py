"""Depth by `lax.scan`: layers of one kind, with parameters of their own."""

from functools import partial

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.depth import Stack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer
from core_rnn.pure.parts.traced_twice import traced_twice


@as_pure(Stack)
def stack(n: Stack) -> Functions:
  layer = residual_layer(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    init_one = partial(layer.init, shape=xs.shape)

    def one(_, key):
      draw = traced_twice(init_one, partial(derive, key, 'layers'))
      return None, init_one(draw)

    keys = jax.random.split(jax.random.clone(rngs['params']), n.layers)
    _, params = lax.scan(one, None, keys, unroll=n.unroll)
    return {'params': {'layers': params}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    xs = xs.astype(n.dtype or xs.dtype)
    keys = None
    if not n.deterministic:
      keys = jax.random.split(jax.random.clone(rngs['dropout']), n.layers)

    def one(xs, scanned):
      params, key, h = scanned
      draw = None
      if key is not None:  # the second draw: lift.scan traces its body twice
        draw = partial(derive, key, 'layers', 'dropout', 2)
      return layer.apply(params, xs, draw, h, seq_length)

    stacked = (variables['params']['layers'], keys, initial_carry)
    return lax.scan(one, xs, stacked, unroll=n.unroll)

  return init, apply
