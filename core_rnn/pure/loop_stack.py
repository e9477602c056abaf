"""Depth by a loop: layers of one kind, each under a name of its own."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.residual import residual_layer
from core_rnn.types import DType, Initializer


@as_model(streams=('dropout',), xs='time features')
def loop_stack(
  features: int,
  layers: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
) -> Functions:
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in Python.

  xs [time, features] -> ys [time, features], every h [layers, features]. The
  parameters are `layer_0`, `layer_1`, ...: what `stack` has in one tree.

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
  names = [f'layer_{number}' for number in range(layers)]

  def init(rngs, xs):
    draw = partial(derive, rngs['params'])
    return {
      'params': {
        name: layer.init(partial(draw, name), xs.shape) for name in names
      }
    }

  def apply(variables, xs, rngs):
    hs = []
    for name in names:
      draw = None
      if not deterministic:
        draw = partial(derive, rngs['dropout'], name, 'dropout', 1)
      xs, h = layer.apply(variables['params'][name], xs, draw)
      hs.append(h)
    return xs, jnp.stack(hs)

  return init, apply
