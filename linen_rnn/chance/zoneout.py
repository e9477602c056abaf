"""Zoneout, as a module."""

from flax import linen as nn
from flax.core import freeze

from core_rnn.networks.chance import Zoneout
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class ZoneoutCell(nn.Module):
  """h_t = m_t h_{t-1} + (1 - m_t) elman(h_{t-1}, x_t), of [features]."""

  n: Zoneout
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    new, _ = self.elman(h, x)
    coin = None if self.n.deterministic else self.make_rng('zoneout')
    h = self.n.mixed(coin, h, new)
    return h, h


@as_linen(Zoneout)
def zoneout(n: Zoneout) -> nn.Module:
  split = freeze({'zoneout': n.split_rngs})
  return OverTime(
    ZoneoutCell(n, ElmanCell(n)),
    n.first,
    zero_padding=n.zero_padding,
    split_rngs=split,
  )
