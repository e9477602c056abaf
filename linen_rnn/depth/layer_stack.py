"""Depth by `layer_scan`, as a module."""

from flax import linen as nn

from core_rnn.networks.depth import LayerStack
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.residual import ResidualLayer, residual_layer
from linen_rnn.depth.stack import Rows
from linen_rnn.transforms.layer_scan import layer_scan


@as_linen(LayerStack)
def layer_stack(n: LayerStack) -> nn.Module:
  scan = layer_scan(
    ResidualLayer,
    variable_axes={'params': 0},
    split_rngs={'params': True, 'dropout': True},
    in_axes=(0, nn.broadcast),
    length=n.layers,
    unroll=n.unroll,
  )
  return Rows(n, residual_layer(n, scan))
