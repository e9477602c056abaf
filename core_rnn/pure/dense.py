"""A dense layer: y = x W + b."""

from collections.abc import Callable
from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.types import (
  DType,
  Features,
  Initializer,
  Inputs,
  PRNGKey,
  Variables,
)


def dense_init(
  draw: Callable[..., PRNGKey],
  inputs: int,
  features: int,
  kernel_init: Initializer,
  bias_init: Initializer | None,
  param_dtype: DType,
) -> Variables:
  """W [inputs, features] from draw 1, b [features], if any, from draw 2."""
  kernel = typed(kernel_init)(draw(1), (inputs, features), param_dtype)
  if bias_init is None:
    return {'kernel': kernel}
  bias = typed(bias_init)(draw(2), (features,), param_dtype)
  return {'kernel': kernel, 'bias': bias}


def dense_apply(params: Variables, x: Inputs, dtype: DType | None) -> Features:
  """y = x W + b: x [inputs] -> y [features]; b may be absent."""
  dtype = dtype or x.dtype
  y = x.astype(dtype) @ params['kernel'].astype(dtype)
  if 'bias' not in params:
    return y
  return y + params['bias'].astype(dtype)


@as_model(x='inputs')
def dense(
  features: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y = x W + b, for one x: W [inputs, features], b [features].

  x [inputs] -> y [features]. Computed in dtype, which None leaves to x.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleDense`.
  """

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {
      'params': dense_init(
        draw, x.shape[-1], features, kernel_init, bias_init, param_dtype
      )
    }

  def apply(variables, x):
    return dense_apply(variables['params'], x, dtype)

  return init, apply
