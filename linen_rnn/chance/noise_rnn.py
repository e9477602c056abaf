"""Noise in the state, as a module."""

from flax import linen as nn
from flax.core import freeze

from core_rnn.networks.chance import NoiseRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class NoiseCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t) + scale e_t, of [features]."""

  n: NoiseRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    h, _ = self.elman(h, x)
    if not self.n.deterministic:
      h = self.n.noisy(self.make_rng('noise'), h)
    return h, h


@as_linen(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> nn.Module:
  split = freeze({'noise': n.split_rngs})
  return OverTime(
    NoiseCell(n, ElmanCell(n)),
    n.first,
    zero_padding=n.zero_padding,
    split_rngs=split,
  )
