"""A dense layer, explicit: y = x W + b, its parameters made before the call."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(x='features_in')
def explicit_dense(
  features: int,
  features_in: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y = x W + b, for one x: W [features_in, features], b [features].

  x [features_in] -> y [features]. The size of x is given, not inferred, so
  that the parameters can be made before there is any x: `setup`, in linen.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitDense`.
  """

  def layer(scope: Scope, x: Inputs) -> Features:
    shape = (features_in, features)
    kernel = scope.param('kernel', typed(kernel_init), shape, param_dtype)
    bias = scope.param('bias', typed(bias_init), (features,), param_dtype)
    computed = dtype or x.dtype
    y = x.astype(computed) @ kernel.astype(computed)
    return y + bias.astype(computed)

  return layer
