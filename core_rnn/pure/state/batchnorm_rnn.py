"""Batch-normalised inputs, as functions of parameters."""

from functools import partial

from jax import numpy as jnp

from core_rnn.networks.state import BatchnormRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.batch_over_time import Cell, batch_over_time
from core_rnn.pure.state.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
  batch_norm_stats,
)
from core_rnn.types import Features, Inputs


@as_pure(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> Functions:
  dense, norm = n.layer(n.kernel_init), n.batch_norm

  def init(draw, shape):
    square = (n.features, n.features)
    return {
      'recurrent': n.recurrent_init(draw(1), square, n.param_dtype),
      'input': dense_init(partial(draw, 'input'), dense, shape[-1]),
      'batch_norm': batch_norm_init(
        partial(draw, 'batch_norm'), norm, n.features
      ),
    }

  def stats():
    return {'batch_norm': batch_norm_stats(norm, n.features)}

  def step(params, stats, h: Features, x: Inputs, valid=None):
    recurrent, scaling = params['recurrent'], params['batch_norm']
    x = dense_apply(dense, params['input'], x)
    x, moved = batch_norm_apply(norm, scaling, stats['batch_norm'], x, valid)
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return {'batch_norm': moved}, h, h

  return batch_over_time(Cell(init, stats, step), n)
