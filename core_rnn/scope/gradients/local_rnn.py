"""A local rule of learning, with `lift.vjp`."""

from typing import Any

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.gradients import LocalRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Inputs, Traced


@as_scope(LocalRNN)
def local_rnn(n: LocalRNN) -> Function:
  elman = elman_cell(n)

  def step(scope: Scope, carry: Traced, x: Inputs):
    def activity(scope: Scope):
      h, _ = elman.step(scope, carry.h, x)
      return n.activity(h), h

    inner = scope.push('elman', reuse=True)
    if is_initializing(scope):
      activity(inner)  # of parameters that are there, there are slopes
    pulled: Any = lift.vjp(activity, inner, has_aux=True)  # Flax says less
    y, pull, h = pulled
    (slopes,) = pull(jnp.ones_like(y))
    return Traced(h, n.traced(carry.traces, slopes['params'])), h

  return over_time(Cell(n.first, step), zero_padding=n.zero_padding)
