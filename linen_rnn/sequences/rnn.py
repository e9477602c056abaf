"""A runner of any cell, as a module."""

from flax import linen as nn

from core_rnn.networks.sequences import RNN
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.over_batch import OverBatch


@as_linen(RNN)
def rnn(n: RNN) -> nn.Module:
  return OverBatch(CELLS[n.cell](n.of_cell), n.of_cell.first, n)
