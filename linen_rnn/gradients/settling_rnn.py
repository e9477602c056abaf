"""A network that moves down an energy, with `nn.value_and_grad`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.settling_rnn import SettlingRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class SettlingCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, y."""

  n: SettlingRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t [features] and y_t, the energy at h_{t-1}: []."""
    n, cell = self.n, ElmanCell(self.n.inner(Elman), name='elman')

    def energy(elman: nn.Module, h):
      return jnp.sum(jnp.square(h - elman(h, x)[0])) / 2

    y, (grad,) = nn.value_and_grad(energy, cell, h)
    return h - n.rate * grad, y


@as_linen(SettlingRNN)
def settling_rnn(n: SettlingRNN) -> nn.Module:
  zero_carry = n.inner(Elman).zero_carry
  return OverTime(SettlingCell(n), zero_carry, n.zero_padding)
