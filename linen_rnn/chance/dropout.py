"""Dropout, as a module."""

from flax import linen as nn
from jaxtyping import Array, Float

from core_rnn.networks.chance import Dropout
from linen_rnn.as_linen import as_linen


class DropoutLayer(nn.Module):
  """y_i = m_i x_i / (1 - rate): x [...] -> y [...]."""

  n: Dropout

  def __call__(self, x: Float[Array, '...']) -> Float[Array, '...']:
    """x [...] -> y [...]."""
    if self.n.deterministic:
      return x
    return self.n.dropped(self.make_rng('dropout'), x)


@as_linen(Dropout)
def dropout(n: Dropout) -> nn.Module:
  return DropoutLayer(n)
