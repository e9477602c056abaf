"""Dense layers of many rows at once."""

from typing import Any

from jax import numpy as jnp


def affine(params: Any, xs: Any) -> Any:
  """Return x W + b for each x: [..., inputs] -> [..., features]."""
  kernel, bias = (params[n].astype(xs.dtype) for n in ('kernel', 'bias'))
  return add_bias(xs @ kernel, bias)


def add_bias(zs: Any, bias: Any) -> Any:
  """Return z + b for each z: [..., features]."""
  return zs + jnp.broadcast_to(bias, zs.shape)
