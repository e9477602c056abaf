"""A causal kernel, with `lift.map_variables`."""

from flax.core import Scope, lift

from core_rnn.networks.views import CausalRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(CausalRNN)
def causal_rnn(n: CausalRNN) -> Function:
  elman = elman_cell(n)

  def seen(collections):
    return {'params': n.seen(collections['params'])}

  def step(scope: Scope, h: Features, x: Inputs):
    first = is_initializing(scope)
    causal = lift.map_variables(elman.step, 'params', seen, init=first)
    return scope.child(causal, 'elman')(h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
