"""A sample of an energy, with `lift.value_and_grad`: core has no `grad`."""

from typing import Any

from flax.core import Scope, lift

from core_rnn.networks.gradients import LangevinRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, h: Features, x: Inputs):
    def energy(scope: Scope, h: Features):
      return n.energy(h, scope.child(elman.step, 'elman')(h, x)[0])

    valued: Any = lift.value_and_grad(energy, scope, h)  # Flax says less of it
    _, (slope,) = valued
    h = n.shaken(scope.make_rng('noise'), n.moved(h, slope))
    return h, h

  return over_time(
    Cell(n.first, step), zero_padding=n.zero_padding, split_rngs={'noise': True}
  )
