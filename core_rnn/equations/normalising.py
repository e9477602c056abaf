"""Normalisation over a named axis: x less its mean, by its deviation."""

from typing import Any

import numpy as np
from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float


def mean(x: Any, axis_name: str, valid: Any = None) -> Any:
  """E x over a named axis, or over what is valid of it, of none 0: [...]."""
  if valid is None:
    return lax.pmean(x, axis_name)
  count = lax.psum(valid.astype(x.dtype), axis_name)
  return lax.psum(jnp.where(valid, x, 0), axis_name) / jnp.maximum(count, 1)


def normalised(
  xs: Float[Array, '...'], axis_name: str, valid: Any = None
) -> Float[Array, '...']:
  """(x - mean) / (var + 1e-5)^(1/2), mean and var over a named axis: [...].

  They are of the steps that are valid, [time] of xs [time, ...], if this is
  given. In float32 at the least: float16 has no number for the derivative of a
  root of 1e-5.
  """
  wide = xs.astype(np.promote_types(xs.dtype, 'float32'))
  if valid is not None:
    valid = jnp.expand_dims(valid, range(valid.ndim, xs.ndim))
  centred = wide - mean(wide, axis_name, valid)
  var = mean(centred * centred, axis_name, valid)
  return (centred * lax.rsqrt(var + 1e-5)).astype(xs.dtype)
