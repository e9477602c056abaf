"""Depth by a loop, as a function on a scope."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.depth import LoopStack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.depth.residual import residual_layer


@as_scope(LoopStack)
def loop_stack(n: LoopStack) -> Function:
  def rows(scope: Scope, xs, initial_carry=None, seq_length=None):
    hs = []
    for number, h in enumerate(n.first_of_each(initial_carry)):
      layer = scope.child(residual_layer(n), f'layer_{number}')
      xs, h = layer(xs, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)

  return rows
