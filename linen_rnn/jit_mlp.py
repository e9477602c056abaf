"""A multilayer perceptron, each of its layers under jit: keys of its own."""

from collections.abc import Callable, Sequence
from functools import partial

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense


def jit_layer(
  features: int,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
) -> Callable[..., nn.Module]:
  """A layer that wants a name, compiled: x [inputs] -> y [features]."""
  rest = (kernel_init, bias_init, dtype, param_dtype)
  return partial(nn.jit(Dense), features, *rest)


class JitMLP(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l): x [inputs] -> y [features[-1]]."""

  layers: Sequence[Callable[..., nn.Module]]

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for i, layer in enumerate(self.layers):
      x = layer(name=f'layers_{i}')(x)
      if i != len(self.layers) - 1:
        x = nn.relu(x)
    return x


@as_model(x='inputs')
def jit_mlp(
  features: Sequence[int],
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """y_l = relu(y_{l-1} W_l + b_l), l = 0, 1, ..., the last without relu.

  x [inputs] -> y [features[-1]], by way of y_l [features[l]]. The parameters
  of layer l are `layers_l`. Each is compiled by itself, and draws from a key
  of its own, so that the initial values are not those of `mlp`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MLP` under Jit.
  """
  rest = (kernel_init, bias_init, dtype, param_dtype)
  return JitMLP([jit_layer(size, *rest) for size in features])
