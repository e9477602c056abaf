"""Sensitivities carried forward, with `lift.jvp`."""

from flax.core import Scope, lift

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.rtrl import RTRL
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time
from core_rnn.types import Sensitive


@as_scope(RTRL)
def rtrl(n: RTRL) -> Function:
  cell = elman_cell(n.inner(Elman))

  def step(scope: Scope, carry, x):
    def run(scope: Scope, h):
      return scope.child(cell, 'elman')(h, x)[0]

    if is_initializing(scope):
      run(scope, carry.h)  # the tangents need the parameters
    tangents = {'params': scope.variables()['params']}
    h, dh = lift.jvp(run, scope, (carry.h,), (carry.dh,), tangents)
    return Sensitive(h, dh), Sensitive(h, dh)

  return over_time(step, n.zero_carry, n.zero_padding)
