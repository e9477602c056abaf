"""A dense layer: y = x W + b."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model


class Dense(nn.Module):
  """y = x W + b: W [inputs, features], b [features], or none."""

  features: int
  kernel_init: Initializer
  bias_init: Initializer | None
  dtype: DType | None
  param_dtype: DType

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features]."""
    kernel = self.param(
      'kernel',
      typed(self.kernel_init),
      (x.shape[-1], self.features),
      self.param_dtype,
    )
    dtype = self.dtype or x.dtype
    y = x.astype(dtype) @ kernel.astype(dtype)
    if self.bias_init is None:
      return y
    bias = self.param(
      'bias', typed(self.bias_init), (self.features,), self.param_dtype
    )
    return y + bias.astype(dtype)


@as_model(x='inputs')
def dense(
  features: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y = x W + b, for one x: W [inputs, features], b [features].

  x [inputs] -> y [features]. Computed in dtype, which None leaves to x.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleDense`.
  """
  return Dense(features, kernel_init, bias_init, dtype, param_dtype)
