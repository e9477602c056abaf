"""A network that moves down an energy, with `lift.value_and_grad`."""

from typing import Any

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.settling_rnn import SettlingRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(SettlingRNN)
def settling_rnn(n: SettlingRNN) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def step(scope: Scope, h, x):
    def energy(scope: Scope, h):
      error = h - scope.child(cell, 'elman')(h, x)[0]
      return jnp.sum(jnp.square(error)) / 2

    # Flax annotates less than it returns
    valued: Any = lift.value_and_grad(energy, scope, h)
    y, (grad,) = valued
    return h - n.rate * grad, y

  return over_time(step, elman.zero_carry, n.zero_padding)
