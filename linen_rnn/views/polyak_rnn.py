"""Averaged parameters, with `nn.map_variables`."""

import jax
from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.views.polyak_rnn import PolyakRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


def swap(collections):
  """Exchange two collections: linen has no `swap_collection`."""
  params, average = (
    collections.get(c, {}) for c in ('params', 'average')
  )
  return {**collections, 'params': average, 'average': params}


class Polyak(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: PolyakRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the last h [features], and every h_t [time, features]."""
    n, given = self.n, (xs, initial_carry, seq_length)
    begins, both = self.is_initializing(), ('params', 'average')

    def network(_, *given):
      elman = n.inner(Elman)
      how = elman.zero_carry, n.zero_padding
      cell = ElmanCell(elman, name='cell')
      return OverTime(cell, *how, name='elman')(*given)

    if n.averaged and not begins:
      how = {'mutable': True}
      averaged = nn.map_variables(network, both, swap, swap, **how)
      return averaged(self, *given)
    outputs = network(self, *given)
    if self.is_mutable_collection('average'):
      params = self.get_variable('params', 'cell')
      average = self.get_variable('average', 'cell', params)
      move = lambda a, p: n.momentum * a + (1 - n.momentum) * p
      moved = jax.tree.map(move, average, params)
      self.put_variable('average', 'cell', params if begins else moved)
    return outputs


@as_linen(PolyakRNN)
def polyak_rnn(n: PolyakRNN) -> nn.Module:
  return Polyak(n)
