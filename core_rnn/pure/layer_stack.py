"""Depth by layer_scan: layers made under vmap, and run under scan."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.residual import residual_layer
from core_rnn.pure.transforms.layer_scan import layer_scan
from core_rnn.types import DType, Initializer


@as_model(streams=('dropout',), xs='time features')
def layer_stack(
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
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers.

  xs [time, features] -> ys [time, features], every h [layers, features]. All is
  as in `stack`, but that each layer starts as it would alone.

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

  def apply_one(params, _, xs, key):
    draw = None
    if key is not None:
      draw = partial(derive, key, 'layers', 'dropout', 1)
    return layer.apply(params, xs, draw)

  def rows(shape):
    def init_one(key):
      return layer.init(partial(derive, key, 'layers'), shape)

    return layer_scan(init_one, apply_one, layers, unroll)

  def init(rngs, xs):
    init_layers, _ = rows(xs.shape)
    return {'params': {'layers': init_layers(rngs['params'])}}

  def apply(variables, xs, rngs):
    _, apply_layers = rows(xs.shape)
    key = None if deterministic else rngs['dropout']
    xs = xs.astype(dtype or xs.dtype)
    return apply_layers(variables['params']['layers'], xs, key)

  return init, apply
