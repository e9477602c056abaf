"""A residual recurrent layer, as a module."""

from flax import linen as nn

from core_rnn.networks.depth import Residual
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.parts.over_time import OverTime


class ResidualLayer(nn.Module):
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""

  n: Residual
  rnn: OverTime
  dropout: DropoutLayer

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, features] -> ys [time, features], h [features]."""
    h, hs = self.rnn(xs, initial_carry, seq_length)
    hs = self.dropout(hs)
    return self.n.added(xs, hs, seq_length), h


def residual_layer(n: Residual, lifted=ResidualLayer) -> nn.Module:
  """The layer, or what a transform makes of it: [time, features] to as much."""
  return lifted(n, OverTime(ElmanCell(n), n.first), DropoutLayer(n.dropout))


@as_linen(Residual)
def residual(n: Residual) -> nn.Module:
  return residual_layer(n)
