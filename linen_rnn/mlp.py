"""A multilayer perceptron: y_l = relu(y_{l-1} W_l + b_l), the last y affine."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense


class SimpleMLP(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l), named at the call: x [inputs] -> y [...]."""

  features: Sequence[int]
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    inits = (self.kernel_init, self.bias_init)
    rest = (*inits, self.dtype, self.param_dtype)
    for i, size in enumerate(self.features):
      x = Dense(size, *rest, name=f'layers_{i}')(x)
      if i != len(self.features) - 1:
        x = nn.relu(x)
    return x


@as_model(x='inputs')
def mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleMLP`.
  """
  return SimpleMLP(features, kernel_init, bias_init, dtype, param_dtype)
