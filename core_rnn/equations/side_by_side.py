"""Dense layers of one input side by side: [y_1 y_2 ...] = x [W_1 W_2 ...]."""

from collections.abc import Sequence

from jax import numpy as jnp

from core_rnn.types import DType, Features, Inputs, Variables


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
