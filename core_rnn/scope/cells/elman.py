"""The Elman network, with `lift.scan`."""

from functools import partial

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.cells import Elman, Recurrent
from core_rnn.networks.kinds import Activation
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.over_time import Cell, over_time


def elman_cell(n: Recurrent, activation: Activation = jnp.tanh) -> Cell:
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
  dense = partial(dense_layer, n.layer(n.kernel_init, n.bias_init))

  def step(scope: Scope, h, x):
    square = (n.features, n.features)
    recurrent = scope.param(
      'recurrent', n.recurrent_init, square, n.param_dtype
    ).astype(h.dtype)
    h = activation(h @ recurrent + scope.child(dense, 'input')(x))
    return h, h

  return Cell(n.first, step)


@as_scope(Elman)
def elman(n: Elman) -> Function:
  return over_time(
    elman_cell(n, n.activation), n.reverse, n.unroll, n.zero_padding
  )
