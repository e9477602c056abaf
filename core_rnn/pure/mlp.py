"""A multilayer perceptron: y_l = relu(y_{l-1} W_l + b_l), the last y affine."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.types import (
  DType,
  Features,
  Initializer,
  Inputs,
  PRNGKey,
  Variables,
)


def mlp_init(
  draw: Callable[..., PRNGKey],
  sizes: Sequence[int],
  kernel_init: Initializer,
  bias_init: Initializer,
  param_dtype: DType,
) -> Variables:
  """Every W_l [sizes[l], sizes[l + 1]], b_l [sizes[l + 1]]: `layers_l`."""
  inits = (kernel_init, bias_init, param_dtype)
  return {
    f'layers_{i}': dense_init(partial(draw, f'layers_{i}'), *shape, *inits)
    for i, shape in enumerate(pairwise(sizes))
  }


def mlp_apply(params: Variables, x: Inputs, dtype: DType | None) -> Features:
  """x [inputs] -> y [features[-1]]."""
  for i in range(len(params)):
    x = dense_apply(params[f'layers_{i}'], x, dtype)
    if i != len(params) - 1:
      x = nn.relu(x)
  return x


@as_model(x='inputs')
def mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleMLP`.
  """

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    sizes = (*x.shape, *features)
    return {
      'params': mlp_init(draw, sizes, kernel_init, bias_init, param_dtype)
    }

  def apply(variables, x):
    return mlp_apply(variables['params'], x, dtype)

  return init, apply
