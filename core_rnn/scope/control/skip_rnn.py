"""A network that skips steps, with `lift.cond`."""

from flax.core import Scope, lift

from core_rnn.networks.control import SkipRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(SkipRNN)
def skip_rnn(n: SkipRNN) -> Function:
  elman = elman_cell(n)

  def update(scope: Scope, h: Features, x: Inputs):
    return scope.child(elman.step, 'elman')(h, x)

  def skip(scope: Scope, h: Features, x: Inputs):
    return h, h

  def step(scope: Scope, h: Features, x: Inputs):
    if is_initializing(scope):
      return update(scope, h, x)  # one branch alone may make no parameters
    return lift.cond(n.wakes(x), update, skip, scope, h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
