"""A dense layer: y = x W + b."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.types import DType, Features, Initializer, Inputs


def dense_layer(
  scope: Scope,
  x: Inputs,
  features: int,
  kernel_init: Initializer,
  bias_init: Initializer | None,
  dtype: DType | None,
  param_dtype: DType,
) -> Features:
  """y = x W + b: x [inputs] -> y [features], of parameters here."""
  kernel = scope.param(
    'kernel', typed(kernel_init), (x.shape[-1], features), param_dtype
  )
  dtype = dtype or x.dtype
  y = x.astype(dtype) @ kernel.astype(dtype)
  if bias_init is None:
    return y
  bias = scope.param('bias', typed(bias_init), (features,), param_dtype)
  return y + bias.astype(dtype)


@as_model(x='inputs')
def dense(
  features: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y = x W + b, for one x: W [inputs, features], b [features].

  x [inputs] -> y [features]. Computed in dtype, which None leaves to x.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleDense`.
  """

  def layer(scope: Scope, x: Inputs) -> Features:
    return dense_layer(
      scope, x, features, kernel_init, bias_init, dtype, param_dtype
    )

  return layer
