"""The minimal gated unit: h_t = (1 - f) n + f h_{t-1}, with one gate f."""

from functools import partial

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Initializer


def mgu_cell(
  features: int,
  recurrent_init: Initializer,
  kernel_init: Initializer,
  forget_bias_init: Initializer,
  activation_bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
  reset_gate: bool,
) -> Cell:
  """h, x -> h, h: x [inputs], h [features]."""

  def init(draw, shape):
    into = (shape[-1], features, kernel_init)
    back = (features, features, recurrent_init)
    layers = {
      'if': (*into, forget_bias_init),
      'hf': (*back, None),
      'hn': (*back, activation_bias_init if reset_gate else None),
      'in': (*into, activation_bias_init),
    }
    return {
      name: dense_init(partial(draw, name), *layer, param_dtype)
      for name, layer in layers.items()
    }

  def first(xs):
    return jnp.zeros(features, dtype or xs.dtype)

  def step(params, h, x):
    dense = partial(dense_apply, dtype=h.dtype)
    f = nn.sigmoid(dense(params['if'], x) + dense(params['hf'], h))
    inner = dense(params['hn'], h)
    inner = inner * f if reset_gate else inner
    n = jnp.tanh(dense(params['in'], x) + inner)
    h = (1 - f) * n + f * h
    return h, h

  return Cell(init, first, step)


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def mgu(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  forget_bias_init: Initializer = ones,
  activation_bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reset_gate: bool = True,
  reverse: bool = False,
  unroll: int = 1,
) -> Functions:
  """h_t = (1 - f) n + f h_{t-1}, f = sigmoid(x W_if + b_f + h W_hf).

  n = tanh(x W_in + b_n + f (h W_hn + b_hn)), or, where reset_gate is off,
  tanh(x W_in + b_n + h W_hn). xs [time, inputs], initial_carry [features] ->
  h_time [features] and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Zhou et al. (2016), as Flax's `MGUCell` has it: f keeps h.
  """
  inits = (recurrent_init, kernel_init, forget_bias_init, activation_bias_init)
  cell = mgu_cell(features, *inits, dtype, param_dtype, reset_gate)
  return over_time(cell, reverse, unroll)
