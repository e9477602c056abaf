"""The repeated network, with `times_over`."""

from flax.core import Scope

from core_rnn.networks.cells.elman import Elman
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time
from equivalence_tests.templates.transform.network import MyRnn
from equivalence_tests.templates.transform.scope.transforms.times_over import (
  times_over,
)


@as_scope(MyRnn)
def my_rnn(n: MyRnn) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def step(scope: Scope, h, x):
    turn = lambda scope, h: cell(scope, h, x)[0]
    h = scope.child(times_over(turn, n.turns), 'elman')(h)
    return h, h

  return over_time(step, elman.zero_carry, n.zero_padding)
