"""Batch-normalised inputs: h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh))."""

from functools import partial
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.batch_norm import (
  batch_norm_apply,
  batch_norm_init,
  batch_norm_stats,
)
from core_rnn.pure.batch_over_time import Cell, batch_over_time
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(xs='batch time inputs')
def batchnorm_rnn(
  features: int,
  statistics: Literal['carry', 'axis'] = 'carry',
  momentum: float = 0.99,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  use_running_average: bool = False,
) -> Functions:
  """h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh)), the batch that of step t.

  xs [batch, time, inputs] -> every h [batch, features], every hs [batch, time,
  features]. All steps move the same statistics [features], a carry; or each
  its own, [time, features], an axis. A batch of 0 moves none.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural Networks,
  frame-wise; Cooijmans et al. (2017), Recurrent Batch Normalization: an axis.
  """

  def init(draw, shape):
    recurrent = typed(recurrent_init)(
      draw(1), (features, features), param_dtype
    )
    inits = (kernel_init, None, param_dtype)
    dense = dense_init(partial(draw, 'input'), shape[-1], features, *inits)
    inits = (ones, bias_init, param_dtype)
    norm = batch_norm_init(partial(draw, 'batch_norm'), features, *inits)
    return {'recurrent': recurrent, 'input': dense, 'batch_norm': norm}

  def stats():
    return {'batch_norm': batch_norm_stats(features, param_dtype)}

  def first(xs):
    return jnp.zeros((len(xs), features), dtype or xs.dtype)

  def step(params, stats, h: Features, x: Inputs):
    recurrent = params['recurrent']
    x, norm = dense_apply(params['input'], x, dtype), params['batch_norm']
    ruled = (momentum, dtype, use_running_average)
    x, stats = batch_norm_apply(norm, stats['batch_norm'], x, *ruled)
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return {'batch_norm': stats}, h, h

  return batch_over_time(Cell(init, stats, first, step), statistics)
