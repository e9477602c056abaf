"""The Elman network: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.scope.over_time import Cell, over_time
from core_rnn.types import Activation, DType, Features, Initializer, Inputs


def elman_cell(
  features: int,
  activation: Activation,
  recurrent_init: Initializer,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Cell:
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  def first(xs) -> Features:
    return jnp.zeros(features, dtype or xs.dtype)

  def step(scope: Scope, h: Features, x: Inputs) -> tuple[Features, Features]:
    recurrent = scope.param(
      'recurrent', typed(recurrent_init), (features, features), param_dtype
    )
    dense = scope.child(
      dense_layer,
      'input',
      features=features,
      kernel_init=kernel_init,
      bias_init=bias_init,
      dtype=h.dtype,
      param_dtype=param_dtype,
    )
    h = activation(h @ recurrent.astype(h.dtype) + dense(x))
    return h, h

  return Cell(first, step)


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def elman(
  features: int,
  activation: Activation = jnp.tanh,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> Function:
  """h_t = activation(h_{t-1} W_hh + (x_t W_xh + b_h)), h_0 = 0 or given.

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features]. Computed in dtype, which None leaves to xs; reverse
  goes from the last step to the first, unroll steps to a turn of the loop.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Elman (1990), Finding Structure in Time; the scan notebook.
  """
  cell = elman_cell(
    features,
    activation,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  return over_time(cell, reverse, unroll)
