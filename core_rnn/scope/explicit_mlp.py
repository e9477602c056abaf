"""A multilayer perceptron, explicit: a list of layers, then a call of each."""

from collections.abc import Sequence

from flax.core import Scope
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(x='inputs')
def explicit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. The layers are made first and called then; it is
  the same tree, and the same program, as `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitMLP`.
  """

  def explicit(scope: Scope, x: Inputs) -> Features:
    layers = [
      scope.child(
        dense_layer,
        f'layers_{i}',
        features=size,
        kernel_init=kernel_init,
        bias_init=bias_init,
        dtype=dtype,
        param_dtype=param_dtype,
      )
      for i, size in enumerate(features)
    ]
    for i, layer in enumerate(layers):
      x = layer(x)
      if i != len(layers) - 1:
        x = nn.relu(x)
    return x

  return explicit
