"""Both directions, merged, as a module."""

from flax import linen as nn

from core_rnn.networks.sequences import Bidirectional
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.over_batch import OverBatch


class BothDirections(nn.Module):
  """merge_fn(y of the one, y of the other): [batch, time, ...] of each."""

  forward_rnn: OverBatch
  backward_rnn: OverBatch
  n: Bidirectional

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, ...] -> every y [batch, time, ...], merged."""
    first = initial_carry or (None, None)
    on = self.forward_rnn(xs, first[0], seq_lengths)
    back = self.backward_rnn(xs, first[1], seq_lengths)
    return self.n.merged(on, back, seq_lengths)


@as_linen(Bidirectional)
def bidirectional(n: Bidirectional) -> nn.Module:
  cell = CELLS[n.cell]
  forward, backward = (
    OverBatch(cell(n.of_cell), n.of_cell.first, n.direction(reverse))
    for reverse in (False, True)
  )
  return BothDirections(forward, backward, n)
