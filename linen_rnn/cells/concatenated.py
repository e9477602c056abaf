"""The concatenated cell, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells import Concatenated
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.over_time import OverTime


@as_linen(Concatenated)
def concatenated(n: Concatenated) -> nn.Module:
  return OverTime(GatedCell(n), n.first, n.reverse, n.unroll, n.zero_padding)
