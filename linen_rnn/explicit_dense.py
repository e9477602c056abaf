"""A dense layer, explicit: y = x W + b, its parameters made before the call."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model


class ExplicitDense(nn.Module):
  """y = x W + b: W [features_in, features], b [features]."""

  features: int
  features_in: int
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  def setup(self):
    """W [features_in, features], b [features]."""
    shape = (self.features_in, self.features)
    self.kernel = self.param(
      'kernel', typed(self.kernel_init), shape, self.param_dtype
    )
    self.bias = self.param(
      'bias', typed(self.bias_init), (self.features,), self.param_dtype
    )

  def __call__(self, x: Inputs) -> Features:
    """x [features_in] -> y [features]."""
    dtype = self.dtype or x.dtype
    y = x.astype(dtype) @ self.kernel.astype(dtype)
    return y + self.bias.astype(dtype)


@as_model(x='features_in')
def explicit_dense(
  features: int,
  features_in: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y = x W + b, for one x: W [features_in, features], b [features].

  x [features_in] -> y [features]. The size of x is given, not inferred, so
  that the parameters can be made before there is any x: `setup`, in linen.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitDense`.
  """
  return ExplicitDense(
    features, features_in, kernel_init, bias_init, dtype, param_dtype
  )
