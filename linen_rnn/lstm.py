"""The LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t), with gates i, f, o."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer, LSTMCarry
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense
from linen_rnn.over_time import OverTime


class LSTMCell(nn.Module):
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  features: int
  recurrent_init: Initializer
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  @nn.nowrap
  def first(self, xs) -> LSTMCarry:
    """h_0 = c_0 = 0, [features]."""
    c, h = (jnp.zeros(self.features, self.dtype or xs.dtype) for _ in 'ch')
    return LSTMCarry(c, h)

  @nn.compact
  def __call__(self, carry, x):
    """(c, h), x -> (c, h), h: x [inputs], the others [features]."""
    c, h = carry
    dtypes = (h.dtype, self.param_dtype)
    into = (self.features, self.kernel_init, None, *dtypes)
    back = (self.features, self.recurrent_init, self.bias_init, *dtypes)

    def gate(name):
      from_x = Dense(*into, name=f'i{name}')(x)
      return from_x + Dense(*back, name=f'h{name}')(h)

    i, f = nn.sigmoid(gate('i')), nn.sigmoid(gate('f'))
    g, o = jnp.tanh(gate('g')), nn.sigmoid(gate('o'))
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def lstm(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> nn.Module:
  """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), of these, with s = sigmoid.

  i = s(x W_ii + h W_hi + b_i), f = s(x W_if + h W_hf + b_f),
  g = tanh(x W_ig + h W_hg + b_g), o = s(x W_io + h W_ho + b_o).

  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `LSTMCell` has it.
  """
  cell = LSTMCell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return OverTime(cell, reverse, unroll)
