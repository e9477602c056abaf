"""A named axis of `nn.vmap`: inputs normalised over the batch."""

from flax import linen as nn

from core_rnn.equations.normalising import normalised as over_axis
from core_rnn.equations.padding import padded
from core_rnn.networks.batches import Normalised
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class NormalisedRNN(nn.Module):
  """A normalised Elman network of one example, in a batch [batch, ...]."""

  n: Normalised
  cell: ElmanCell

  def setup(self):
    """The network over time, with parameters [...] of the cell's own."""
    silent = self.n.zero_padding
    self.rnn = OverTime(self.cell, self.n.first, zero_padding=silent)

  def __call__(self, xs, initial_carry, length):
    """xs [time, inputs], h_0 -> h [features], hs [time, features]."""
    valid, xs = padded(xs.astype(self.n.dtype or xs.dtype), length)
    zs = over_axis(xs, 'batch', valid)
    return self.rnn(zs, initial_carry, length)


@as_linen(Normalised)
def normalised(n: Normalised) -> nn.Module:
  vmap = nn.vmap(
    NormalisedRNN,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(n, ElmanCell(n))
