"""Residual layers in a row, in a Python loop."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.depth.loop_stack import LoopStack
from core_rnn.networks.depth.residual import Residual
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.residual import residual_layer


@as_scope(LoopStack)
def loop_stack(n: LoopStack) -> Function:
  layer = residual_layer(n.inner(Residual))

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    zero = [None] * n.layers
    carries = zero if initial_carry is None else [*initial_carry]
    hs = []
    for i, h in enumerate(carries):
      xs, h = scope.child(layer, f'layer_{i}')(xs, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)

  return network
