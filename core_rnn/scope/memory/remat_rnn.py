"""Rematerialization of the steps, with `lift.checkpoint`."""

import jax
from flax.core import Scope, lift

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.memory.remat_rnn import RematRNN
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time

POLICIES = {
  'states': jax.checkpoint_policies.nothing_saveable,
  'products': jax.checkpoint_policies.dots_saveable,
  'everything': jax.checkpoint_policies.everything_saveable,
}


@as_scope(RematRNN)
def remat_rnn(n: RematRNN) -> Function:
  elman, policy = n.inner(Elman), POLICIES[n.saved]
  cell = elman_cell(elman)
  # the backward pass is a second loop, so XLA cannot merge the two
  remat = lift.checkpoint(cell, prevent_cse=False, policy=policy)

  def step(scope: Scope, h, x):
    return scope.child(remat, 'elman')(h, x)

  return over_time(step, elman.zero_carry, n.zero_padding)
