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
  def __call__(self, xs):
    """xs [time, inputs] -> h_time [features], every h_t [time, features]."""

    def elman(polyak, xs):
      return OverTime(polyak.cell, self.n.first, name='elman')(xs)

    first, both = self.is_initializing(), ('params', 'average')
    if self.n.averaged and not first:
      return nn.map_variables(elman, both, swap, swap, mutable=True)(self, xs)
    outputs = elman(self, xs)
    if self.is_mutable_collection('average'):
      params = self.get_variable('params', 'cell')
      average = self.get_variable('average', 'cell', params)
      moved = params if first else self.n.moved(average, params)
      self.put_variable('average', 'cell', moved)
    return outputs


@as_linen(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> nn.Module:
  return Polyak(n, ElmanCell(n))
