"""A network that remembers states alone, with `lift.checkpoint`."""

from flax.core import Scope, lift

from core_rnn.networks.memory import RematRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(RematRNN)
def remat_rnn(n: RematRNN) -> Function:
  elman = elman_cell(n)
  remat = lift.checkpoint(elman.step, prevent_cse=False, policy=n.policy)

  def step(scope: Scope, h: Features, x: Inputs):
    return scope.child(remat, 'elman')(h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
