"""Depth by a scan: layers of one kind, with parameters of their own."""

from functools import partial

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.residual import residual_layer
from core_rnn.pure.traced_twice import traced_twice
from core_rnn.types import DType, Initializer


@as_model(streams=('dropout',), xs='time features')
def stack(
  features: int,
  layers: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
  unroll: int = 1,
) -> Functions:
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in a scan.

  xs [time, features] -> ys [time, features], every h [layers, features]. The
  parameters have layers in front; each layer drops by a mask of its own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """
  cell = elman_cell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  layer = residual_layer(cell, rate)

  def init(rngs, xs):
    init_one = partial(layer.init, shape=xs.shape)

    def one(_, key):
      draw = traced_twice(init_one, partial(derive, key, 'layers'))
      return None, init_one(draw)

    keys = jax.random.split(jax.random.clone(rngs['params']), layers)
    _, params = lax.scan(one, None, keys, unroll=unroll)
    return {'params': {'layers': params}}

  def apply(variables, xs, rngs):
    xs = xs.astype(dtype or xs.dtype)
    keys = None
    if not deterministic:
      keys = jax.random.split(jax.random.clone(rngs['dropout']), layers)

    def one(xs, params_and_key):
      params, key = params_and_key
      draw = None
      if key is not None:  # the second draw: lift.scan traces its body twice
        draw = partial(derive, key, 'layers', 'dropout', 2)
      return layer.apply(params, xs, draw)

    stacked = (variables['params']['layers'], keys)
    return lax.scan(one, xs, stacked, unroll=unroll)

  return init, apply
