"""A network that skips steps, with `lift.cond`."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.skip_rnn import SkipRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(SkipRNN)
def skip_rnn(n: SkipRNN) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def update(scope: Scope, h, x):
    return scope.child(cell, 'elman')(h, x)

  def skip(scope: Scope, h, x):
    return h, h

  def step(scope: Scope, h, x):
    if is_initializing(scope):
      return update(scope, h, x)  # skip would make no parameters
    is_large = jnp.abs(x).max() > n.threshold
    return lift.cond(is_large, update, skip, scope, h, x)

  return over_time(step, elman.zero_carry, n.zero_padding)
