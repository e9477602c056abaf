"""A multilayer perceptron, explicit: a list of layers, then a call of each."""

from collections.abc import Sequence
from functools import partial

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply
from core_rnn.pure.mlp import mlp_init
from core_rnn.types import DType, Initializer


@as_model(x='inputs')
def explicit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. The layers are made first and called then; it is
  the same tree, and the same program, as `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitMLP`.
  """

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    sizes = (*x.shape, *features)
    return {
      'params': mlp_init(draw, sizes, kernel_init, bias_init, param_dtype)
    }

  def apply(variables, x):
    layers = [
      partial(dense_apply, variables['params'][f'layers_{i}'], dtype=dtype)
      for i in range(len(features))
    ]
    for i, layer in enumerate(layers):
      x = layer(x)
      if i != len(layers) - 1:
        x = nn.relu(x)
    return x

  return init, apply
