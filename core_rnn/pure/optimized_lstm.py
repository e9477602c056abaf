"""The fused LSTM: one product of x_t, and one of h_{t-1}, for all its gates."""

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.lstm import lstm_cell
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.pure.side_by_side import side_by_side
from core_rnn.types import DType, Initializer, LSTMCarry


def optimized_lstm_cell(
  features: int,
  recurrent_init: Initializer,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Cell:
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""
  plain = lstm_cell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )

  def step(params, carry, x):
    c, h = carry
    of_x = [params[f'i{g}'] for g in 'ifgo']
    of_h = [params[f'h{g}'] for g in 'ifgo']
    from_h = side_by_side(of_h, h, h.dtype)
    from_x = side_by_side(of_x, x, h.dtype)
    gates = (nn.sigmoid, nn.sigmoid, jnp.tanh, nn.sigmoid)
    both = zip(gates, from_h, from_x, strict=True)
    i, f, g, o = (gate(a + b) for gate, a, b in both)
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return plain._replace(step=step)


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def optimized_lstm(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> Functions:
  """The `lstm`, of the same variables: (i, f, g, o) = x W_i + (h W_h + b).

  W_i = [W_ii W_if W_ig W_io] [inputs, 4 features]; so W_h, and b.
  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `OptimizedLSTMCell`.
  """
  cell = optimized_lstm_cell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return over_time(cell, reverse, unroll)
