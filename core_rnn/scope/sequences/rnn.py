"""A runner of any cell, as a function on a scope."""

from collections.abc import Callable, Mapping

from core_rnn.networks.kinds import CellName
from core_rnn.networks.sequences import RNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.gated import gated_cell
from core_rnn.scope.parts.over_batch import over_batch
from core_rnn.scope.parts.over_time import Cell

CELLS: Mapping[CellName, Callable[..., Cell]] = {
  'elman': elman_cell,
  'lstm': gated_cell,
  'gru': gated_cell,
}


@as_scope(RNN)
def rnn(n: RNN) -> Function:
  return over_batch(CELLS[n.cell](n.of_cell), n)
