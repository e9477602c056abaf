"""A network that looks at an input several times, with `lift.while_loop`."""

from flax.core import Scope, lift

from core_rnn.networks.control import Pondering, PonderRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(PonderRNN)
def ponder_rnn(n: PonderRNN) -> Function:
  elman = elman_cell(n)

  def look(scope: Scope, h: Features, x: Inputs):
    return scope.child(elman.step, 'elman')(h, x)

  def step(scope: Scope, h: Features, x: Inputs):
    if is_initializing(scope):
      return look(scope, h, x)  # a loop may make no parameters

    def again(scope: Scope, now: Pondering):
      return n.looked(now, look(scope, now.h, x)[0])

    goes_on = lambda scope, now: n.goes_on(now)
    now = lift.while_loop(goes_on, again, scope, n.begin(h, x))
    return look(scope, now.h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
