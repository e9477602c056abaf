"""A multilayer perceptron under remat: computed again for the backward pass."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.mlp import SimpleMLP


@as_model(x='inputs')
def remat_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. For its gradient the whole is computed again
  instead of kept; its initial values are those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RematMLP`.
  """
  remat = nn.remat(SimpleMLP)
  return remat(features, kernel_init, bias_init, dtype, param_dtype)
