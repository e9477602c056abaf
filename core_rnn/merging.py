"""Functions that merge two sequences of outputs into one."""

from jax import numpy as jnp
from jaxtyping import Array, Float


def concatenate(
  forward: Float[Array, '...'], backward: Float[Array, '...']
) -> Float[Array, '...']:
  """Return [..., m + n] for [..., m] and [..., n]."""
  return jnp.concatenate([forward, backward], axis=-1)
