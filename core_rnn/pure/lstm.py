"""The LSTM: c_t = f c_{t-1} + i g, h_t = o tanh(c_t), with gates i, f, o."""

from functools import partial

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Initializer, LSTMCarry


def lstm_cell(
  features: int,
  recurrent_init: Initializer,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Cell:
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  def init(draw, shape):
    into = (shape[-1], features, kernel_init, None, param_dtype)
    back = (features, features, recurrent_init, bias_init, param_dtype)
    kinds = {'i': into, 'h': back}
    return {
      kind + gate: dense_init(partial(draw, kind + gate), *kinds[kind])
      for gate in 'ifgo'
      for kind in 'ih'
    }

  def first(xs) -> LSTMCarry:
    c, h = (jnp.zeros(features, dtype or xs.dtype) for _ in 'ch')
    return LSTMCarry(c, h)

  def step(params, carry, x):
    c, h = carry

    def gate(name):
      from_x = dense_apply(params[f'i{name}'], x, h.dtype)
      return from_x + dense_apply(params[f'h{name}'], h, h.dtype)

    i, f = nn.sigmoid(gate('i')), nn.sigmoid(gate('f'))
    g, o = jnp.tanh(gate('g')), nn.sigmoid(gate('o'))
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h

  return Cell(init, first, step)


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
) -> Functions:
  """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), of these, with s = sigmoid.

  i = s(x W_ii + h W_hi + b_i), f = s(x W_if + h W_hf + b_f),
  g = tanh(x W_ig + h W_hg + b_g), o = s(x W_io + h W_ho + b_o).

  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `LSTMCell` has it.
  """
  cell = lstm_cell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return over_time(cell, reverse, unroll)
