"""Gradients clipped through time, with `lift.custom_vjp`."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.clipped_rnn import ClippedRNN
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> Function:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def backward(pull, d_outputs):
    d_params, d_h, d_x = pull(d_outputs)
    return d_params, jnp.clip(d_h, -n.limit, n.limit), d_x

  clipped = lift.custom_vjp(cell, partial(lift.vjp, cell), backward)
  # it returns mutable parameters, which a loop does not accept
  frozen = lift.map_variables(clipped, 'params')

  def step(scope: Scope, h, x):
    run = cell if is_initializing(scope) else frozen
    return scope.child(run, 'elman')(h, x)

  return over_time(step, elman.zero_carry, n.zero_padding)
