"""A runner of any cell, as functions of parameters."""

from core_rnn.networks.sequences import RNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.cells import CELLS
from core_rnn.pure.parts.over_batch import over_batch


@as_pure(RNN)
def rnn(n: RNN) -> Functions:
  return over_batch(CELLS[n.cell](n.of_cell), n)
