"""Langevin dynamics of an energy, with `nn.grad`."""

from flax import linen as nn
from jax import numpy as jnp
from jax import random

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.langevin_rnn import LangevinRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell


class LangevinCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: LangevinRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n, cell = self.n, ElmanCell(self.n.inner(Elman), name='elman')

    def energy(elman: nn.Module, h):
      return jnp.sum(jnp.square(h - elman(h, x)[0])) / 2

    (grad,) = nn.grad(energy, cell, h)
    key = self.make_rng('noise')
    scale = (2 * n.rate * n.temperature) ** 0.5
    h = h - n.rate * grad + scale * random.normal(key, h.shape, h.dtype)
    return h, h


class LangevinNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: LangevinRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return h of the last step, and every h_t [time, features]."""
    n, zero_carry = self.n, self.n.inner(Elman).zero_carry
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'noise': True},  # one key a step
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scan(LangevinCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> nn.Module:
  return LangevinNetwork(n)
