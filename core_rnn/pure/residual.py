"""A residual recurrent layer: ys = xs + dropout(elman(xs))."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dropout import dropout_apply
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Initializer, Variables


class Layer(NamedTuple):
  """init: draw, the shape [time, features]; apply: params, xs, draw or None."""

  init: Callable[..., Variables]
  apply: Callable[..., tuple[Any, Any]]


def residual_layer(cell: Cell, rate: float) -> Layer:
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""
  _, run = over_time(cell, reverse=False, unroll=1)

  def init(draw, shape):
    draw = partial(draw, 'rnn', 'cell')
    return {'rnn': {'cell': cell.init(draw, shape[1:])}}

  def apply(params, xs, draw):
    h, hs = run({'params': params['rnn']}, xs)
    if draw is not None:
      hs = dropout_apply(draw(), hs, rate)
    return xs.astype(hs.dtype) + hs, h

  return Layer(init, apply)


@as_model(streams=('dropout',), xs='time features')
def residual(
  features: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
) -> Functions:
  """ys_t = xs_t + m h_t, of the Elman network's h_t and one mask m.

  xs [time, features] -> ys [time, features], h_time [features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: He et al. (2016), Deep Residual Learning, equation 1.
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
    return {'params': layer.init(partial(derive, rngs['params']), xs.shape)}

  def apply(variables, xs, rngs):
    draw = None
    if not deterministic:
      draw = partial(derive, rngs['dropout'], 'dropout', 1)
    return layer.apply(variables['params'], xs, draw)

  return init, apply
