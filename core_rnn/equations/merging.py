"""How two sequences of outputs become one."""

from jax import numpy as jnp
from jaxtyping import Array, Float


def concatenate(
  forward: Float[Array, '...'], backward: Float[Array, '...']
) -> Float[Array, '...']:
  """[..., m] and [..., n] -> [..., m + n]: one after the other, last axis."""
  return jnp.concatenate([forward, backward], axis=-1)
