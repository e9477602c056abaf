"""The Elman network: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))."""

from functools import partial

from flax import nnx
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.types import Activation, DType, Initializer

from .bridge import Make, as_model
from .dense import Dense
from .network import Network


class ElmanCell(nnx.Module):
  """h, x -> h, h: x [inputs], h [features]."""

  def __init__(self, features, inits, dtype, draw, inputs, act=jnp.tanh):
    """Of inits, one each for W_hh, W_xh and b_h, which are of dtype."""
    recurrent_init, *others = inits
    shape = (features, features)
    recurrent = typed(recurrent_init)(draw(1), shape, dtype)
    self.recurrent = nnx.Param(recurrent)
    draw = partial(draw, 'input')
    self.input = Dense(draw, inputs, features, others, dtype)
    self.features, self.activation = features, act

  def first(self, dtype):
    """h_0 = 0, [features]."""
    return jnp.zeros(self.features, dtype)

  def __call__(self, h, x):
    """h, x -> h, h: x [inputs], h [features]."""
    z = h @ self.recurrent.astype(h.dtype) + self.input(x, h.dtype)
    h = self.activation(z)
    return h, h


@as_model({'initial_carry': 'carry'}, xs='time inputs')
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
) -> Make:
  """xs [time, inputs] -> h_time [features] and every h_t [time, features]."""
  inits = (recurrent_init, kernel_init, bias_init)
  cell = partial(ElmanCell, features, inits, param_dtype, act=activation)
  return partial(Network, cell, dtype, reverse, unroll)
