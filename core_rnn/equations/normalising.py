"""Normalisation over a named axis: x less its mean, by its deviation."""

import numpy as np
from jax import lax
from jaxtyping import Array, Float


def normalised(xs: Float[Array, '...'], axis_name: str) -> Float[Array, '...']:
  """(x - mean) / (var + 1e-5)^(1/2), mean and var over a named axis: [...].

  In float32 at the least: float16 has no number for the derivative of a root
  of 1e-5.
  """
  wide = xs.astype(np.promote_types(xs.dtype, 'float32'))
  centred = wide - lax.pmean(wide, axis_name)
  var = lax.pmean(centred * centred, axis_name)
  return (centred * lax.rsqrt(var + 1e-5)).astype(xs.dtype)
