"""Noise in the state, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.chance import NoiseRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, h: Features, x: Inputs) -> tuple[Features, Features]:
    h, _ = scope.child(elman.step, 'elman')(h, x)
    if not n.deterministic:
      h = n.noisy(scope.make_rng('noise'), h)
    return h, h

  return over_time(
    Cell(n.first, step),
    zero_padding=n.zero_padding,
    split_rngs={'noise': n.split_rngs},
  )
