"""A multilayer perceptron under remat: computed again for the backward pass."""

from collections.abc import Sequence

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.mlp import mlp_layers
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(x='inputs')
def remat_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. For its gradient the whole is computed again
  instead of kept; its initial values are those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RematMLP`.
  """

  def layers(scope: Scope, x: Inputs) -> Features:
    return mlp_layers(
      scope, x, features, kernel_init, bias_init, dtype, param_dtype
    )

  return lift.checkpoint(layers)
