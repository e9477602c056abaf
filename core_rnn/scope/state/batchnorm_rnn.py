"""Batch-normalised inputs, as a function on a scope."""

from functools import partial

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.state import BatchnormRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.batch_over_time import batch_over_time
from core_rnn.scope.parts.over_time import Cell
from core_rnn.scope.state.batch_norm import batch_norm_layer
from core_rnn.types import Features, Inputs


@as_scope(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> Function:
  dense = partial(dense_layer, n.layer(n.kernel_init))
  norm = partial(batch_norm_layer, n.batch_norm)

  def step(scope: Scope, h: Features, x: Inputs, valid=None):
    square = (n.features, n.features)
    recurrent = scope.param(
      'recurrent', n.recurrent_init, square, n.param_dtype
    )
    x = scope.child(dense, 'input')(x)
    x = scope.child(norm, 'batch_norm')(x, valid)
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return h, h

  return batch_over_time(Cell(n.first, step), n)
