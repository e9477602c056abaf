"""Noise in the state, with `nn.scan` that splits a stream."""

from flax import linen as nn
from jax import random

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.noise_rnn import NoiseRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell


class NoiseCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: NoiseRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    h, _ = ElmanCell(n.inner(Elman), name='elman')(h, x)
    if not n.deterministic:
      key = self.make_rng('noise')
      noise = random.normal(key, h.shape, h.dtype)
      h = h + n.scale * noise
    return h, h


class NoiseNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: NoiseRNN

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
      split_rngs={'params': False, 'noise': n.split_rngs},
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scan(NoiseCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> nn.Module:
  return NoiseNetwork(n)
