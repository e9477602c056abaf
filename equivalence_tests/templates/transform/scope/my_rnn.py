"""A cell run several times for each input, with `times_over`."""

from flax.core import Scope

from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs
from equivalence_tests.templates.transform.network import MyRnn
from equivalence_tests.templates.transform.scope.transforms.times_over import (
  times_over,
)


@as_scope(MyRnn)
def my_rnn(n: MyRnn) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, h: Features, x: Inputs):
    turn = lambda cell, h: elman.step(cell, h, x)[0]
    h = scope.child(times_over(turn, n.turns), 'elman')(h)
    return h, h

  return over_time(Cell(n.first, step))
