"""A block of layers: y = batch_norm(dropout(dense(x)))."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, Moved, as_model
from core_rnn.pure.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
  batch_norm_stats,
)
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.pure.dropout import dropout_apply
from core_rnn.types import DType, Initializer


@as_model(streams=('dropout',), xs='batch inputs')
def block(
  features: int,
  rate: float = 0.5,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  training: bool = True,
) -> Functions:
  """y_b = batch_norm(m_b (x_b W + b) / (1 - rate)), m_b of `dropout`.

  xs [batch, inputs] -> ys [batch, features]. In training, each example has a
  mask of its own, and `batch_stats` move by the batch, unless it is 0; where
  that is off, nothing is dropped, and they stand for the batch's own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Block`, which has one mask for all of xs.
  """

  def init(rngs, xs):
    draw = partial(derive, rngs['params'])
    inits = (kernel_init, bias_init, param_dtype)
    dense = dense_init(partial(draw, 'dense'), xs.shape[-1], features, *inits)
    draw = partial(draw, 'batch_norm')
    norm = batch_norm_init(draw, features, ones, zeros, param_dtype)
    stats = batch_norm_stats(features, param_dtype)
    return {
      'params': {'dense': dense, 'batch_norm': norm},
      'batch_stats': {'batch_norm': stats},
    }

  def apply(variables, xs, rngs):
    params, keys = variables['params'], None
    stats = variables['batch_stats']['batch_norm']
    if training:
      keys = jax.random.split(jax.random.clone(rngs['dropout']), len(xs))

    def one(x, key):
      x = dense_apply(params['dense'], x, dtype)
      if training:
        x = dropout_apply(derive(key, 'dropout', 1), x, rate)
      norm = params['batch_norm']
      return batch_norm_apply(norm, stats, x, 0.99, dtype, not training)

    vmap = jax.vmap(one, out_axes=(0, None), axis_name='batch')
    ys, moved = vmap(xs, keys)
    return Moved(ys, {'batch_stats': {'batch_norm': moved}})

  return init, apply
