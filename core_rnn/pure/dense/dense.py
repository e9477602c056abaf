"""A dense layer, as functions of parameters."""

from functools import partial

from core_rnn.keys import Draw, derive
from core_rnn.networks.dense import Dense, Product
from core_rnn.networks.network import Typed
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.types import Features, Inputs, Variables


def dense_init(draw: Draw, n: Product, inputs: int) -> Variables:
  """W [inputs, features] from draw 1, b [features], if any, from draw 2."""
  kernel = n.kernel_init(draw(1), (inputs, n.features), n.param_dtype)
  if not isinstance(n, Dense):
    return {'kernel': kernel}
  bias = n.bias_init(draw(2), (n.features,), n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def dense_apply(n: Typed, params: Variables, x: Inputs) -> Features:
  """y = x W + b: x [inputs] -> y [features]; b may be absent."""
  dtype = n.dtype or x.dtype
  y = x.astype(dtype) @ params['kernel'].astype(dtype)
  if 'bias' not in params:
    return y
  return y + params['bias'].astype(dtype)


@as_pure(Dense)
def dense(n: Dense) -> Functions:
  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    return {'params': dense_init(draw, n, x.shape[-1])}

  def apply(variables, x):
    return dense_apply(n, variables['params'], x)

  return init, apply
