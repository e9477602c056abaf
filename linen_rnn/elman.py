"""The Elman network: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.types import Activation, DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense
from linen_rnn.over_time import OverTime


class ElmanCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  features: int
  activation: Activation
  recurrent_init: Initializer
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  @nn.nowrap
  def first(self, xs) -> Features:
    """h_0 = 0, [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)

  @nn.compact
  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    shape = (self.features, self.features)
    recurrent = self.param(
      'recurrent', typed(self.recurrent_init), shape, self.param_dtype
    )
    inits = (self.kernel_init, self.bias_init)
    dense = Dense(
      self.features, *inits, h.dtype, self.param_dtype, name='input'
    )
    h = self.activation(h @ recurrent.astype(h.dtype) + dense(x))
    return h, h


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
) -> nn.Module:
  """h_t = activation(h_{t-1} W_hh + (x_t W_xh + b_h)), h_0 = 0 or given.

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features]. Computed in dtype, which None leaves to xs; reverse
  goes from the last step to the first, unroll steps to a turn of the loop.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Elman (1990), Finding Structure in Time; the scan notebook.
  """
  cell = ElmanCell(
    features,
    activation,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  return OverTime(cell, reverse, unroll)
