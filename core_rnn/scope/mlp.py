"""A multilayer perceptron: y_l = relu(y_{l-1} W_l + b_l), the last y affine."""

from collections.abc import Sequence

from flax.core import Scope
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.types import DType, Features, Initializer, Inputs


def mlp_layers(
  scope: Scope,
  x: Inputs,
  features: Sequence[int],
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Features:
  """x [inputs] -> y [features[-1]], of parameters here."""
  rest = (kernel_init, bias_init, dtype, param_dtype)
  for i, size in enumerate(features):
    x = scope.child(dense_layer, f'layers_{i}')(x, size, *rest)
    if i != len(features) - 1:
      x = nn.relu(x)
  return x


@as_model(x='inputs')
def mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleMLP`.
  """

  def layers(scope: Scope, x: Inputs) -> Features:
    return mlp_layers(
      scope, x, features, kernel_init, bias_init, dtype, param_dtype
    )

  return layers
