"""A multilayer perceptron under remat: computed again for the backward pass."""

from collections.abc import Sequence
from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.mlp import mlp_apply, mlp_init
from core_rnn.types import DType, Initializer


@as_model(x='inputs')
def remat_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. For its gradient the whole is computed again
  instead of kept; its initial values are those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RematMLP`.
  """

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    sizes = (*x.shape, *features)
    return {
      'params': mlp_init(draw, sizes, kernel_init, bias_init, param_dtype)
    }

  def apply(variables, x):
    remat = jax.checkpoint(partial(mlp_apply, dtype=dtype))
    return remat(variables['params'], x)

  return init, apply
