"""Dense layers of one input side by side: [y_1 y_2 ...] = x [W_1 W_2 ...]."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed
from core_rnn.types import DType, Features, Initializer, Inputs, Variables


class DenseParams(nn.Module):
  """W [inputs, features], and b [features] or none."""

  features: int
  kernel_init: Initializer
  bias_init: Initializer | None
  param_dtype: DType

  @nn.compact
  def __call__(self, x: Inputs) -> Variables:
    """x [inputs] -> W [inputs, features] and b [features], if any."""
    shape = (x.shape[-1], self.features)
    kernel = self.param(
      'kernel', typed(self.kernel_init), shape, self.param_dtype
    )
    if self.bias_init is None:
      return {'kernel': kernel}
    bias = self.param(
      'bias', typed(self.bias_init), (self.features,), self.param_dtype
    )
    return {'kernel': kernel, 'bias': bias}


def side_by_side(
  layers: Sequence[Variables], x: Inputs, dtype: DType
) -> list[Features]:
  """Each y_i = x W_i + b_i [features], by one product: x [inputs]."""
  row = {
    name: jnp.concatenate([layer[name] for layer in layers], axis=-1)
    for name in ('kernel', 'bias')
    if name in layers[0]
  }
  y = x.astype(dtype) @ row['kernel'].astype(dtype)
  if 'bias' in row:
    y = y + row['bias'].astype(dtype)
  return jnp.split(y, len(layers))
