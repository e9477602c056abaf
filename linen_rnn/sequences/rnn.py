"""A runner of any cell, as a module."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.kinds import CellName
from core_rnn.networks.sequences import RNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.over_batch import OverBatch

CELLS: Mapping[CellName, Callable[..., nn.Module]] = {
  'elman': ElmanCell,
  'lstm': GatedCell,
  'gru': GatedCell,
}


@as_linen(RNN)
def rnn(n: RNN) -> nn.Module:
  return OverBatch(CELLS[n.cell](n.of_cell), n.of_cell.first, n)
