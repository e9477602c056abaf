"""A dense layer, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.dense import Dense, Product
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.types import Features, Inputs, Variables


def dense_params(n: Product, scope: Scope, x: Inputs) -> Variables:
  """x [inputs] -> W [inputs, features] and b [features], if any, of here."""
  shape = (x.shape[-1], n.features)
  kernel = scope.param('kernel', n.kernel_init, shape, n.param_dtype)
  if not isinstance(n, Dense):
    return {'kernel': kernel}
  bias = scope.param('bias', n.bias_init, (n.features,), n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def dense_layer(n: Product, scope: Scope, x: Inputs) -> Features:
  """y = x W + b: x [inputs] -> y [features], of parameters here."""
  params, dtype = dense_params(n, scope, x), n.dtype or x.dtype
  y = x.astype(dtype) @ params['kernel'].astype(dtype)
  return y + params['bias'].astype(dtype) if 'bias' in params else y


@as_scope(Dense)
def dense(n: Dense) -> Function:
  return partial(dense_layer, n)
