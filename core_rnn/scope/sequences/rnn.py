"""A runner of any cell, as a function on a scope."""

from core_rnn.networks.sequences import RNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.over_batch import over_batch


@as_scope(RNN)
def rnn(n: RNN) -> Function:
  return over_batch(CELLS[n.cell](n.of_cell), n)
