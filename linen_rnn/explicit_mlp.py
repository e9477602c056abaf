"""A multilayer perceptron, explicit: a list of layers, then a call of each."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense


class ExplicitMLP(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l), listed in setup: x [inputs] -> y [...]."""

  features: Sequence[int]
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  def setup(self):
    """The layers, which Linen names `layers_l`: y_l is [features[l]]."""
    inits = (self.kernel_init, self.bias_init)
    rest = (*inits, self.dtype, self.param_dtype)
    self.layers = [Dense(size, *rest) for size in self.features]

  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for i, layer in enumerate(self.layers):
      x = layer(x)
      if i != len(self.layers) - 1:
        x = nn.relu(x)
    return x


@as_model(x='inputs')
def explicit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. The layers are made first and called then; it is
  the same tree, and the same program, as `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitMLP`.
  """
  return ExplicitMLP(features, kernel_init, bias_init, dtype, param_dtype)
