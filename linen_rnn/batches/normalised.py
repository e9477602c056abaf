"""A named axis of `nn.vmap`: inputs normalised over the batch."""

from flax import linen as nn

from core_rnn.equations.normalising import normalised as over_axis
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
    self.rnn = OverTime(self.cell, self.n.first)

  def __call__(self, xs, initial_carry):
    """xs [time, inputs], h_0 -> h [features], hs [time, features]."""
    xs = over_axis(xs.astype(self.n.dtype or xs.dtype), 'batch')
    return self.rnn(xs, initial_carry)


@as_linen(Normalised)
def normalised(n: Normalised) -> nn.Module:
  vmap = nn.vmap(
    NormalisedRNN,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(n, ElmanCell(n))
