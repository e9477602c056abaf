"""Recurrent dropout, as a module."""

from flax import linen as nn
from flax.core import freeze

from core_rnn.networks.chance import DropoutRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.parts.over_time import OverTime


class DropoutCell(nn.Module):
  """h_t = elman(m_t h_{t-1}, x_t), of [features]."""

  elman: ElmanCell
  dropout: DropoutLayer

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    return self.elman(self.dropout(h), x)


@as_linen(DropoutRNN)
def dropout_rnn(n: DropoutRNN) -> nn.Module:
  cell = DropoutCell(ElmanCell(n), DropoutLayer(n.dropout))
  split = freeze({'dropout': n.split_rngs})
  return OverTime(cell, n.first, zero_padding=n.zero_padding, split_rngs=split)
