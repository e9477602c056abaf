"""A network of several cells, with `lift.switch`."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.cells.gru import GRU
from core_rnn.networks.control.graded_rnn import GradedRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.cells.gru import gru_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(GradedRNN)
def graded_rnn(n: GradedRNN) -> Function:
  elman, gru = elman_cell(n.inner(Elman)), gru_cell(n.inner(GRU))

  def keep(scope: Scope, h, x):
    return h, h

  def small(scope: Scope, h, x):
    return scope.child(elman, 'elman')(h, x)

  def large(scope: Scope, h, x):
    return scope.child(gru, 'gru')(h, x)

  def step(scope: Scope, h, x):
    if is_initializing(scope):  # every cell makes its own parameters
      small(scope, h, x)
      return large(scope, h, x)
    size = jnp.abs(x).max()
    above = [size > n.threshold, size > 2 * n.threshold]
    grade = sum(one.astype(jnp.int32) for one in above)
    return lift.switch(grade, [keep, small, large], scope, h, x)

  zero_carry = n.inner(Elman).zero_carry
  return over_time(step, zero_carry, n.zero_padding)
