"""Sensitivities carried forward, with `lift.jvp`."""

from flax.core import Scope, lift

from core_rnn.networks.gradients import RTRL
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs, Sensitive


@as_scope(RTRL)
def rtrl(n: RTRL) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, carry: Sensitive, x: Inputs):
    def run(scope: Scope, h: Features):
      return scope.child(elman.step, 'elman')(h, x)[0]

    if is_initializing(scope):
      run(scope, carry.h)  # their tangents are made of the parameters
    tangents = {'params': scope.variables()['params']}
    h, dh = lift.jvp(run, scope, (carry.h,), (carry.dh,), tangents)
    return Sensitive(h, dh), Sensitive(h, dh)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
