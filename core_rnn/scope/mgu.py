"""The minimal gated unit: h_t = (1 - f) n + f h_{t-1}, with one gate f."""

from functools import partial

from flax.core import Scope
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.scope.over_time import Cell, over_time
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

  def first(xs):
    return jnp.zeros(features, dtype or xs.dtype)

  def step(scope: Scope, h, x):
    def layer(name, x, kernel_init, bias_init):
      inits = (features, kernel_init, bias_init)
      return scope.child(dense_layer, name)(x, *inits, h.dtype, param_dtype)

    into = partial(layer, x=x, kernel_init=kernel_init)
    back = partial(layer, x=h, kernel_init=recurrent_init)
    f = into('if', bias_init=forget_bias_init)
    f = nn.sigmoid(f + back('hf', bias_init=None))
    bias_init = activation_bias_init
    inner = back('hn', bias_init=bias_init if reset_gate else None)
    inner = inner * f if reset_gate else inner
    n = jnp.tanh(into('in', bias_init=bias_init) + inner)
    h = (1 - f) * n + f * h
    return h, h

  return Cell(first, step)


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
) -> Function:
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
