"""Residual layers in a row, with `lax.scan` over the layers."""

from functools import partial

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.depth.residual import Residual
from core_rnn.networks.depth.stack import Stack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer
from core_rnn.pure.parts.traced_twice import traced_twice

MASK = 2  # the number of the draw, as lift.scan traces a layer twice


def keys_of(n: Stack, key):
  """Return a key for each layer: [layers]."""
  return jax.random.split(jax.random.clone(key), n.layers)


@as_pure(Stack)
def stack(n: Stack) -> Functions:
  init_layer, apply_layer = residual_layer(n.inner(Residual))

  def init(rngs, xs, initial_carry=None, seq_length=None):
    init_one = partial(init_layer, inputs=xs.shape[-1])

    def one(_, key):
      draw = traced_twice(init_one, partial(derive, key, 'layers'))
      return None, init_one(draw)

    keys = keys_of(n, rngs['params'])
    _, params = lax.scan(one, None, keys, unroll=n.unroll)
    return {'params': {'layers': params}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    def one(xs, layer):
      params, key, h = layer
      draw = partial(derive, key, 'layers', 'dropout', MASK)
      return apply_layer(params, xs, draw, h, seq_length)

    xs = xs.astype(n.dtype or xs.dtype)
    keys = None if n.deterministic else keys_of(n, rngs['dropout'])
    layers = variables['params']['layers'], keys, initial_carry
    return lax.scan(one, xs, layers, unroll=n.unroll)

  return init, apply
