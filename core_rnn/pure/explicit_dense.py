"""A dense layer, explicit: y = x W + b, its parameters made before the call."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.types import DType, Initializer


@as_model(x='features_in')
def explicit_dense(
  features: int,
  features_in: int,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y = x W + b, for one x: W [features_in, features], b [features].

  x [features_in] -> y [features]. The size of x is given, not inferred, so
  that the parameters can be made before there is any x: `setup`, in linen.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `ExplicitDense`.
  """

  def init(rngs, x):
    del x  # its size is features_in
    draw = partial(derive, rngs['params'])
    inits = (kernel_init, bias_init, param_dtype)
    return {'params': dense_init(draw, features_in, features, *inits)}

  def apply(variables, x):
    return dense_apply(variables['params'], x, dtype)

  return init, apply
