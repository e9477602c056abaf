"""The minimal gated unit: h_t = (1 - f) n + f h_{t-1}, with one gate f."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense
from linen_rnn.over_time import OverTime


class MGUCell(nn.Module):
  """h, x -> h, h: x [inputs], h [features]."""

  features: int
  recurrent_init: Initializer
  kernel_init: Initializer
  forget_bias_init: Initializer
  activation_bias_init: Initializer
  dtype: DType | None
  param_dtype: DType
  reset_gate: bool

  @nn.nowrap
  def first(self, xs):
    """h_0 = 0, [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)

  @nn.compact
  def __call__(self, h, x):
    """h, x -> h, h: x [inputs], h [features]."""

    def layer(name, x, kernel_init, bias_init):
      inits = (self.features, kernel_init, bias_init)
      return Dense(*inits, h.dtype, self.param_dtype, name=name)(x)

    into = partial(layer, x=x, kernel_init=self.kernel_init)
    back = partial(layer, x=h, kernel_init=self.recurrent_init)
    f = into('if', bias_init=self.forget_bias_init)
    f = nn.sigmoid(f + back('hf', bias_init=None))
    bias_init = self.activation_bias_init
    inner = back('hn', bias_init=bias_init if self.reset_gate else None)
    inner = inner * f if self.reset_gate else inner
    n = jnp.tanh(into('in', bias_init=bias_init) + inner)
    h = (1 - f) * n + f * h
    return h, h


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
) -> nn.Module:
  """h_t = (1 - f) n + f h_{t-1}, f = sigmoid(x W_if + b_f + h W_hf).

  n = tanh(x W_in + b_n + f (h W_hn + b_hn)), or, where reset_gate is off,
  tanh(x W_in + b_n + h W_hn). xs [time, inputs], initial_carry [features] ->
  h_time [features] and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Zhou et al. (2016), as Flax's `MGUCell` has it: f keeps h.
  """
  inits = (recurrent_init, kernel_init, forget_bias_init, activation_bias_init)
  cell = MGUCell(features, *inits, dtype, param_dtype, reset_gate)
  return OverTime(cell, reverse, unroll)
