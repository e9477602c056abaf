"""Langevin dynamics, with `lift.value_and_grad`: core has no `grad`."""

from functools import partial
from typing import Any

from flax.core import Scope, lift
from jax import numpy as jnp
from jax import random

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.langevin_rnn import LangevinRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell


def langevin_cell(n: LangevinRNN) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  cell = elman_cell(n.inner(Elman))

  def step(scope: Scope, h, x):
    def energy(scope: Scope, h):
      error = h - scope.child(cell, 'elman')(h, x)[0]
      return jnp.sum(jnp.square(error)) / 2

    # Flax annotates less than it returns
    valued: Any = lift.value_and_grad(energy, scope, h)
    _, (grad,) = valued
    scale = (2 * n.rate * n.temperature) ** 0.5
    key = scope.make_rng('noise')
    h = h - n.rate * grad + scale * random.normal(key, h.shape, h.dtype)
    return h, h

  return step


@as_scope(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> Function:
  cell, zero_carry = langevin_cell(n), n.inner(Elman).zero_carry

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'noise': True},  # one key a step
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
