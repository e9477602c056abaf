"""A deep stack in little memory, with `lift.remat_scan`."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.memory.remat_stack import RematStack
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer


@as_scope(RematStack)
def remat_stack(n: RematStack) -> Function:
  def layer(scope: Scope, x):
    n_dense = n.inner(Dense, x.shape[-1])
    dense = dense_layer(n_dense, n.kernel_init, n.bias_init)
    y = scope.child(dense, 'dense')(x)
    return x + jnp.tanh(y)

  deep = lift.remat_scan(layer, n.lengths)

  def stack(scope: Scope, x):
    x = x.astype(n.dtype or x.dtype)
    return scope.child(deep, 'layers')(x)

  return stack
