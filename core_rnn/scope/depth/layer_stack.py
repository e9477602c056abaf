"""Depth by `layer_scan`, as a function on a scope."""

from flax.core import Scope, broadcast

from core_rnn.networks.depth import LayerStack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.residual import residual_layer
from core_rnn.scope.transforms.layer_scan import layer_scan


@as_scope(LayerStack)
def layer_stack(n: LayerStack) -> Function:
  scan = layer_scan(
    residual_layer(n),
    variable_axes={'params': 0},
    split_rngs={'params': True, 'dropout': True},
    in_axes=(0, broadcast),
    length=n.layers,
    unroll=n.unroll,
  )

  def rows(scope: Scope, xs, initial_carry=None, seq_length=None):
    xs = xs.astype(n.dtype or xs.dtype)
    return scope.child(scan, 'layers')(xs, initial_carry, seq_length)

  return rows
