"""Zoneout, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.chance import Zoneout
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(Zoneout)
def zoneout(n: Zoneout) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, h: Features, x: Inputs) -> tuple[Features, Features]:
    new, _ = scope.child(elman.step, 'elman')(h, x)
    coin = None if n.deterministic else scope.make_rng('zoneout')
    h = n.mixed(coin, h, new)
    return h, h

  return over_time(
    Cell(n.first, step),
    zero_padding=n.zero_padding,
    split_rngs={'zoneout': n.split_rngs},
  )
