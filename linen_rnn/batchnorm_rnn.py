"""Batch-normalised inputs: h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh))."""

from typing import Literal

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.batch_norm import BatchNorm
from linen_rnn.batch_over_time import BatchOverTime
from linen_rnn.dense import Dense


class BatchNormCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  recurrent_init: Initializer
  input: Dense
  batch_norm: BatchNorm

  @nn.nowrap
  def first(self, xs):
    """h_0 = 0, [batch, features]."""
    dense = self.input
    return jnp.zeros((len(xs), dense.features), dense.dtype or xs.dtype)

  @nn.compact
  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    shape, dtype = (len(h), len(h)), self.input.param_dtype
    recurrent = self.param(
      'recurrent', typed(self.recurrent_init), shape, dtype
    )
    x = self.batch_norm(self.input(x))
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return h, h


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
) -> nn.Module:
  """h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh)), the batch that of step t.

  xs [batch, time, inputs] -> every h [batch, features], every hs [batch, time,
  features]. All steps move the same statistics [features], a carry; or each
  its own, [time, features], an axis. A batch of 0 moves none.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural Networks,
  frame-wise; Cooijmans et al. (2017), Recurrent Batch Normalization: an axis.
  """
  dtypes = (dtype, param_dtype)
  cell = BatchNormCell(
    recurrent_init,
    Dense(features, kernel_init, None, *dtypes),
    BatchNorm(momentum, ones, bias_init, *dtypes, use_running_average),
  )
  return BatchOverTime(cell, statistics)
