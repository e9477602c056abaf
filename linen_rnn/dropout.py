"""Dropout: y = x / (1 - rate) where a coin shows heads, and 0 elsewhere."""

from flax import linen as nn
from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from linen_rnn.as_model import as_model


class Dropout(nn.Module):
  """y_i = m_i x_i / (1 - rate): x [...] -> y [...]."""

  rate: float
  deterministic: bool

  def __call__(self, x: Float[Array, '...']) -> Float[Array, '...']:
    """x [...] -> y [...]."""
    if self.deterministic:
      return x
    keep = random.bernoulli(self.make_rng('dropout'), 1 - self.rate, x.shape)
    return lax.select(keep, x / (1 - self.rate), jnp.zeros_like(x))


@as_model(streams=('dropout',), x='features')
def dropout(rate: float = 0.5, deterministic: bool = False) -> nn.Module:
  """y_i = m_i x_i / (1 - rate), m_i = 1 with probability 1 - rate, else 0.

  x [features] -> y [features]; y = x where it is deterministic. The coins come
  from the stream `dropout`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Srivastava et al. (2014), Dropout, as Flax's `nn.Dropout` has it.
  """
  return Dropout(rate, deterministic)
