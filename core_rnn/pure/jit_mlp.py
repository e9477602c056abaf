"""A multilayer perceptron, each of its layers under jit: keys of its own."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import jax
from jax import nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.types import DType, Initializer


def jit_layer(
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> tuple[Callable, Callable]:
  """init and apply of a layer, each compiled: x [inputs] -> y [features]."""

  def init(boundary, inputs, features):
    # nn.jit makes the first draw of its scope, which has the path in it, the
    # root of all draws inside, and goes on counting: they are 2, 3, ...
    draw = lambda number: derive(boundary, number + 1)
    inits = (kernel_init, bias_init, param_dtype)
    return dense_init(draw, inputs, features, *inits)

  def apply(params, x):
    return dense_apply(params, x, dtype)

  init.__name__ = apply.__name__ = 'core_fn'  # as Flax names what it compiles
  return jax.jit(init, static_argnums=(1, 2)), jax.jit(apply)


@as_model(x='inputs')
def jit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. Each is compiled by itself, and draws from a key
  of its own, so that the initial values are not those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MLP` under Jit.
  """
  rest = (kernel_init, bias_init, dtype, param_dtype)
  layers = [jit_layer(*rest) for _ in features]

  def init(rngs, x):
    draw = partial(derive, rngs['params'])
    sizes = pairwise((*x.shape, *features))
    return {
      'params': {
        f'layers_{i}': init_layer(draw(f'layers_{i}', 1), *shape)
        for i, ((init_layer, _), shape) in enumerate(
          zip(layers, sizes, strict=True)
        )
      }
    }

  def apply(variables, x):
    for i, (_, layer) in enumerate(layers):
      x = layer(variables['params'][f'layers_{i}'], x)
      if i != len(layers) - 1:
        x = nn.relu(x)
    return x

  return init, apply
