"""The GRU: h_t = (1 - z) n + z h_{t-1}, with gates r, z."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense
from linen_rnn.over_time import OverTime


class GRUCell(nn.Module):
  """h, x -> h, h: x [inputs], h [features]."""

  features: int
  recurrent_init: Initializer
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

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

    into = partial(
      layer, x=x, kernel_init=self.kernel_init, bias_init=self.bias_init
    )
    back = partial(layer, x=h, kernel_init=self.recurrent_init)
    r = nn.sigmoid(into('ir') + back('hr', bias_init=None))
    z = nn.sigmoid(into('iz') + back('hz', bias_init=None))
    n = jnp.tanh(into('in') + r * back('hn', bias_init=self.bias_init))
    h = (1 - z) * n + z * h
    return h, h


@as_model(xs='time inputs', optional={'initial_carry': 'carry'})
def gru(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  reverse: bool = False,
  unroll: int = 1,
) -> nn.Module:
  """h_t = (1 - z) n + z h_{t-1}, of these, with s = sigmoid.

  r = s(x W_ir + b_r + h W_hr), z = s(x W_iz + b_z + h W_hz),
  n = tanh(x W_in + b_n + r (h W_hn + b_hn)).

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Cho et al. (2014), as Flax's `GRUCell` has it: r times the product
  h W_hn, and not times h.
  """
  cell = GRUCell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return OverTime(cell, reverse, unroll)
