"""Residual layers in a row, with `layer_scan`."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.depth.layer_stack import LayerStack
from core_rnn.networks.depth.residual import Residual
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer
from core_rnn.pure.transforms.layer_scan import layer_scan


@as_pure(LayerStack)
def layer_stack(n: LayerStack) -> Functions:
  init_layer, apply_layer = residual_layer(n.inner(Residual))

  def scan(inputs, seq_length=None):
    def init_one(key):
      return init_layer(partial(derive, key, 'layers'), inputs)

    def apply_one(params, _, xs, key, h):
      draw = partial(derive, key, 'layers', 'dropout', 1)
      return apply_layer(params, xs, draw, h, seq_length)

    return layer_scan(init_one, apply_one, n.layers, n.unroll)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    init_layers, _ = scan(xs.shape[-1])
    return {'params': {'layers': init_layers(rngs['params'])}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    _, apply_layers = scan(xs.shape[-1], seq_length)
    key = None if n.deterministic else rngs['dropout']
    xs = xs.astype(n.dtype or xs.dtype)
    layers = variables['params']['layers']
    return apply_layers(layers, xs, key, initial_carry)

  return init, apply
