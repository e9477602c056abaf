"""The convolutional LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t)."""

from functools import partial

from flax.core import Scope
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.conv import conv_layer
from core_rnn.scope.over_time import Cell, over_time
from core_rnn.types import DType, Initializer, LSTMCarry


def conv_lstm_cell(
  features: int,
  kernel_size: tuple[int, int],
  recurrent_init: Initializer,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Cell:
  """(c, h), x -> (c, h), h: all [height, width, ...], of inputs or features."""

  def first(xs):
    shape = (*xs.shape[1:-1], features)
    c, h = (jnp.zeros(shape, dtype or xs.dtype) for _ in 'ch')
    return LSTMCarry(c, h)

  def step(scope: Scope, carry, x):
    c, h = carry
    layer = partial(
      scope.child,
      conv_layer,
      outputs=4 * features,
      kernel_size=kernel_size,
      bias_init=bias_init,
      dtype=h.dtype,
      param_dtype=param_dtype,
    )
    gates = layer(name='ih', kernel_init=kernel_init)(x)
    gates = gates + layer(name='hh', kernel_init=recurrent_init)(h)
    i, g, f, o = jnp.split(gates, 4, axis=-1)
    f = nn.sigmoid(f + 1)
    c = f * c + nn.sigmoid(i) * jnp.tanh(g)
    h = nn.sigmoid(o) * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return Cell(first, step)


@as_model(xs='time height width inputs', optional={'initial_carry': 'carry'})
def conv_lstm(
  features: int,
  kernel_size: tuple[int, int] = (3, 3),
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> Function:
  """(i, g, f, o) = x * W_ih + b_ih + h * W_hh + b_hh, where * convolves.

  c_t = s(f + 1) c_{t-1} + s(i) tanh(g), h_t = s(o) tanh(c_t), s = sigmoid.

  xs [time, height, width, inputs], initial_carry (c, h) [height, width,
  features] -> the last (c, h) and every h_t [time, height, width, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Shi et al. (2015), as Flax's `ConvLSTMCell` has it: no gate sees c.
  """
  inits = (recurrent_init, kernel_init, bias_init)
  cell = conv_lstm_cell(features, kernel_size, *inits, dtype, param_dtype)
  return over_time(cell, reverse, unroll)
