"""Depth by `lift.scan`: layers of one kind, with parameters of their own."""

from flax.core import Scope, broadcast, lift

from core_rnn.networks.depth import Stack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.residual import residual_layer


@as_scope(Stack)
def stack(n: Stack) -> Function:
  scan = lift.scan(
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
