"""The residual recurrent layer, as a module."""

from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.depth.residual import Residual
from core_rnn.padding import fill_padding, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.chance.dropout import DropoutLayer
from linen_rnn.parts.over_time import OverTime


class ResidualLayer(nn.Module):
  """The layer: xs [time, features] -> ys [time, features], h."""

  n: Residual

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return every y_t [time, features], h of the last step."""
    n, elman = self.n, self.n.inner(Elman)
    cell = ElmanCell(elman, parent=None)  # a submodule of OverTime
    rnn = OverTime(cell, elman.zero_carry, name='rnn')
    dropout = DropoutLayer(n.inner(Dropout), name='dropout')
    _, xs = mark_padding(xs, seq_length)
    h, hs = rnn(xs, initial_carry, seq_length)
    hs = dropout(hs)
    ys = xs.astype(hs.dtype) + hs
    return fill_padding(ys, seq_length, n.zero_padding), h


@as_linen(Residual)
def residual(n: Residual) -> nn.Module:
  return ResidualLayer(n)
