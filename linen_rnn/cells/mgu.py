"""The minimal gated unit, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells import MGU
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.over_time import OverTime


@as_linen(MGU)
def mgu(n: MGU) -> nn.Module:
  return OverTime(GatedCell(n), n.first, n.reverse, n.unroll, n.zero_padding)
