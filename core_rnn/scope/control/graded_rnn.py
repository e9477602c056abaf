"""A network with cells for inputs of several sizes, with `lift.switch`."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.control import GradedRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.gated import gated_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(GradedRNN)
def graded_rnn(n: GradedRNN) -> Function:
  cells = {'elman': elman_cell(n.elman), 'gru': gated_cell(n.gru)}

  def run(name: str, scope: Scope, h: Features, x: Inputs):
    return scope.child(cells[name].step, name)(h, x)

  def keep(scope: Scope, h: Features, x: Inputs):
    return h, h

  def step(scope: Scope, h: Features, x: Inputs):
    branches: list[Function] = [keep, *(partial(run, name) for name in cells)]
    if is_initializing(scope):  # each has its own: all make them
      return [branch(scope, h, x) for branch in branches][-1]
    return lift.switch(n.grade(x), branches, scope, h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
