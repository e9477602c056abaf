"""A multilayer perceptron, each of its layers under jit: keys of its own."""

from collections.abc import Sequence

from flax.core import Scope, lift
from flax.core.scope import LazyRng
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.types import DType, Features, Initializer, Inputs


def jit_layer(
  features: int,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Function:
  """A layer f(scope, x), compiled: x [inputs] -> y [features]."""
  rest = (kernel_init, bias_init, dtype, param_dtype)

  def core_fn(scope: Scope, cache_key, x: Inputs) -> Features:
    del cache_key  # lift.jit hands on what tells its entries apart
    return dense_layer(scope, x, features, *rest)

  jitted = lift.jit(core_fn)

  def layer(scope: Scope, x: Inputs) -> Features:
    # lift.jit forgets the path of its scope, so that all layers would draw the
    # same: as nn.jit does, make the first draw, which has it, the root inside
    scope.rngs = {
      stream: LazyRng.create(scope.make_rng(stream)) for stream in scope.rngs
    }
    return jitted(scope, core_fn, x)

  return layer


@as_model(x='inputs')
def jit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. Each is compiled by itself, and draws from a key
  of its own, so that the initial values are not those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MLP` under Jit.
  """
  rest = (kernel_init, bias_init, dtype, param_dtype)
  layers = [jit_layer(size, *rest) for size in features]

  def in_turn(scope: Scope, x: Inputs) -> Features:
    for i, layer in enumerate(layers):
      x = scope.child(layer, f'layers_{i}')(x)
      if i != len(layers) - 1:
        x = nn.relu(x)
    return x

  return in_turn
