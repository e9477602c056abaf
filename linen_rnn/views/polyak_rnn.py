"""Averaged parameters, with `nn.map_variables`."""

from flax import linen as nn

from core_rnn.networks.views import PolyakRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


def swap(collections):  # linen has no `swap_collection`
  """The average for the parameters, and the other way round: trees of [...]."""
  params, average = (collections.get(c, {}) for c in ('params', 'average'))
  return {**collections, 'params': average, 'average': params}


class Polyak(nn.Module):
  """An Elman network over time, of parameters or of their average: [...]."""

  n: PolyakRNN
  cell: ElmanCell

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, inputs] -> h_time [features], every h_t [time, features]."""
    n, given = self.n, (xs, initial_carry, seq_length)

    def elman(polyak, *given):
      how = {'zero_padding': n.zero_padding, 'name': 'elman'}
      return OverTime(polyak.cell, n.first, **how)(*given)

    first, both = self.is_initializing(), ('params', 'average')
    if n.averaged and not first:
      swapped = nn.map_variables(elman, both, swap, swap, mutable=True)
      return swapped(self, *given)
    outputs = elman(self, *given)
    if self.is_mutable_collection('average'):
      params = self.get_variable('params', 'cell')
      average = self.get_variable('average', 'cell', params)
      moved = params if first else n.moved(average, params)
      self.put_variable('average', 'cell', moved)
    return outputs


@as_linen(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> nn.Module:
  return Polyak(n, ElmanCell(n))
