"""Batch-normalised inputs: h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh))."""

from typing import Literal

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.batch_norm import batch_norm_layer
from core_rnn.scope.batch_over_time import batch_over_time
from core_rnn.scope.dense import dense_layer
from core_rnn.scope.over_time import Cell
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
) -> Function:
  """h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh)), the batch that of step t.

  xs [batch, time, inputs] -> every h [batch, features], every hs [batch, time,
  features]. All steps move the same statistics [features], a carry; or each
  its own, [time, features], an axis. A batch of 0 moves none.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural Networks,
  frame-wise; Cooijmans et al. (2017), Recurrent Batch Normalization: an axis.
  """
  dtypes = (dtype, param_dtype)

  def first(xs):
    return jnp.zeros((len(xs), features), dtype or xs.dtype)

  def step(scope: Scope, h: Features, x: Inputs) -> tuple[Features, Features]:
    recurrent = scope.param(
      'recurrent', typed(recurrent_init), (features, features), param_dtype
    )
    dense = scope.child(dense_layer, 'input')
    x = dense(x, features, kernel_init, None, *dtypes)
    norm = scope.child(batch_norm_layer, 'batch_norm')
    x = norm(x, momentum, ones, bias_init, *dtypes, use_running_average)
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return h, h

  return batch_over_time(Cell(first, step), statistics)
