"""A runner of any cell, as functions of parameters."""

from collections.abc import Callable, Mapping

from core_rnn.networks.kinds import CellName
from core_rnn.networks.sequences import RNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_batch import over_batch
from core_rnn.pure.parts.over_time import Cell

CELLS: Mapping[CellName, Callable[..., Cell]] = {
  'elman': elman_cell,
  'lstm': gated_cell,
  'gru': gated_cell,
}


@as_pure(RNN)
def rnn(n: RNN) -> Functions:
  return over_batch(CELLS[n.cell](n.of_cell), n)
