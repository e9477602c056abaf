"""The GRU: h_t = (1 - z) n + z h_{t-1}, with gates r, z."""

from functools import partial

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Initializer


def gru_cell(
  features: int,
  recurrent_init: Initializer,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Cell:
  """h, x -> h, h: x [inputs], h [features]."""

  def init(draw, shape):
    into = (shape[-1], features, kernel_init)
    back = (features, features, recurrent_init)
    kinds = {'i': into, 'h': back}
    biases = dict.fromkeys(('ir', 'hr', 'iz', 'hz', 'in', 'hn'), bias_init)
    biases |= {'hr': None, 'hz': None}
    return {
      name: dense_init(partial(draw, name), *kinds[name[0]], bias, param_dtype)
      for name, bias in biases.items()
    }

  def first(xs):
    return jnp.zeros(features, dtype or xs.dtype)

  def step(params, h, x):
    dense = partial(dense_apply, dtype=h.dtype)
    r = nn.sigmoid(dense(params['ir'], x) + dense(params['hr'], h))
    z = nn.sigmoid(dense(params['iz'], x) + dense(params['hz'], h))
    n = jnp.tanh(dense(params['in'], x) + r * dense(params['hn'], h))
    h = (1 - z) * n + z * h
    return h, h

  return Cell(init, first, step)


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
) -> Functions:
  """h_t = (1 - z) n + z h_{t-1}, of these, with s = sigmoid.

  r = s(x W_ir + b_r + h W_hr), z = s(x W_iz + b_z + h W_hz),
  n = tanh(x W_in + b_n + r (h W_hn + b_hn)).

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Cho et al. (2014), as Flax's `GRUCell` has it: r times the product
  h W_hn, and not times h.
  """
  cell = gru_cell(
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  return over_time(cell, reverse, unroll)
