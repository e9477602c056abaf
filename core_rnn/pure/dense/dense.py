"""The dense layer, with explicit parameters."""

from functools import partial

from core_rnn.keys import Draw, derive
from core_rnn.networks.dense.dense import Dense
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.types import (
  Features,
  Initializer,
  Inputs,
  Layer,
  Variables,
)


def dense_init(
  draw: Draw,
  n: Layer,
  inputs: int,
  kernel_init: Initializer,
  bias_init: Initializer | None = None,
) -> Variables:
  """Return W [inputs, features] of draw 1, and b [features] of draw 2.

  There is no b where bias_init is None.
  """
  kernel = kernel_init(draw(1), (inputs, n.features), n.param_dtype)
  if bias_init is None:
    return {'kernel': kernel}
  bias = bias_init(draw(2), (n.features,), n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def dense_apply(n: Layer, params: Variables, x: Inputs) -> Features:
  """Return y = x W + b, or x W where params has no b: [features]."""
  dtype = n.dtype or x.dtype
  y = x.astype(dtype) @ params['kernel'].astype(dtype)
  if 'bias' not in params:
    return y
  return y + params['bias'].astype(dtype)


@as_pure(Dense)
def dense(n: Dense) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    inits = n.kernel_init, n.bias_init
    return {'params': dense_init(draw, n, x.shape[-1], *inits)}

  def apply(variables, x):
    return dense_apply(n, variables['params'], x)

  return init, apply
