"""Residual layers in a row, with `layer_scan`."""

from flax.core import Scope, broadcast

from core_rnn.networks.depth.layer_stack import LayerStack
from core_rnn.networks.depth.residual import Residual
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.residual import residual_layer
from core_rnn.scope.transforms.layer_scan import layer_scan


@as_scope(LayerStack)
def layer_stack(n: LayerStack) -> Function:
  scan = layer_scan(
    residual_layer(n.inner(Residual)),
    variable_axes={'params': 0},
    split_rngs={'params': True, 'dropout': True},
    in_axes=(0, broadcast),  # of initial_carry, seq_length
    length=n.layers,
    unroll=n.unroll,
  )

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    xs = xs.astype(n.dtype or xs.dtype)
    return scope.child(scan, 'layers')(xs, initial_carry, seq_length)

  return network
