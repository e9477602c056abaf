"""Dropout, as a module."""

from flax import linen as nn
from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.networks.chance.dropout import Dropout
from linen_rnn.as_linen import as_linen


class DropoutLayer(nn.Module):
  """Dropout: x [...] -> y = m x / (1 - rate) [...].

  The layer returns x if n is deterministic.
  """

  n: Dropout

  def __call__(self, x: Float[Array, '...']) -> Float[Array, '...']:
    """Return m x / (1 - rate), or x if n is deterministic: [...]."""
    n = self.n
    if n.deterministic:
      return x
    key = self.make_rng('dropout')
    keep = random.bernoulli(key, 1 - n.rate, x.shape)
    return lax.select(keep, x / (1 - n.rate), jnp.zeros_like(x))


@as_linen(Dropout)
def dropout(n: Dropout) -> nn.Module:
  return DropoutLayer(n)
