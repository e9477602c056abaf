"""Dense layers of one input side by side: [y_1 y_2 ...] = x [W_1 W_2 ...]."""

from collections.abc import Sequence

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import typed
from core_rnn.types import DType, Features, Initializer, Inputs, Variables


def dense_params(
  scope: Scope,
  x: Inputs,
  features: int,
  kernel_init: Initializer,
  bias_init: Initializer | None,
  param_dtype: DType,
) -> Variables:
  """x [inputs] -> W [inputs, features] and b [features], if any, of here."""
  shape = (x.shape[-1], features)
  kernel = scope.param('kernel', typed(kernel_init), shape, param_dtype)
  if bias_init is None:
    return {'kernel': kernel}
  bias = scope.param('bias', typed(bias_init), (features,), param_dtype)
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
