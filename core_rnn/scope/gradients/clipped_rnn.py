"""Gradients clipped through time, with `lift.custom_vjp`."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.gradients import ClippedRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_scope(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> Function:
  elman = elman_cell(n)

  def backward(pull, slopes):
    params, h, x = pull(slopes)
    return params, n.clipped(h), x

  forward = partial(lift.vjp, elman.step)
  clipped = lift.custom_vjp(elman.step, forward, backward)
  # it returns parameters that may move, and in a loop these may not
  frozen = lift.map_variables(clipped, 'params')

  def step(scope: Scope, h: Features, x: Inputs):
    run = elman.step if is_initializing(scope) else frozen
    return scope.child(run, 'elman')(h, x)

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
