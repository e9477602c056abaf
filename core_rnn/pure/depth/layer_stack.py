"""Depth by `layer_scan`, as functions of parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.depth import LayerStack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.depth.residual import residual_layer
from core_rnn.pure.transforms.layer_scan import layer_scan


@as_pure(LayerStack)
def layer_stack(n: LayerStack) -> Functions:
  layer = residual_layer(n)

  def rows(shape, seq_length=None):
    def init_one(key):
      return layer.init(partial(derive, key, 'layers'), shape)

    def apply_one(params, _, xs, key, h):
      draw = None
      if key is not None:
        draw = partial(derive, key, 'layers', 'dropout', 1)
      return layer.apply(params, xs, draw, h, seq_length)

    return layer_scan(init_one, apply_one, n.layers, n.unroll)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    init_layers, _ = rows(xs.shape)
    return {'params': {'layers': init_layers(rngs['params'])}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    _, apply_layers = rows(xs.shape, seq_length)
    key = None if n.deterministic else rngs['dropout']
    xs = xs.astype(n.dtype or xs.dtype)
    layers = variables['params']['layers']
    return apply_layers(layers, xs, key, initial_carry)

  return init, apply
