"""Traces of a local learning rule, with `lift.vjp`."""

from typing import Any

import jax
from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.local_rnn import LocalRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time
from core_rnn.types import Traced


@as_scope(LocalRNN)
def local_rnn(n: LocalRNN) -> Function:
  cell = elman_cell(n.inner(Elman))

  def step(scope: Scope, carry, x):
    def activity(scope: Scope):
      h, _ = cell(scope, carry.h, x)
      return jnp.sum(jnp.square(h)) / 2, h

    inner = scope.push('elman', reuse=True)
    if is_initializing(scope):
      activity(inner)  # the derivative needs the parameters
    # Flax annotates less than it returns
    pulled: Any = lift.vjp(activity, inner, has_aux=True)
    y, pull, h = pulled
    (gradients,) = pull(jnp.ones_like(y))
    update = lambda e, gradient: n.decay * e + gradient
    traces = jax.tree.map(update, carry.traces, gradients['params'])
    return Traced(h, traces), h

  return over_time(step, n.zero_carry, n.zero_padding)
