"""Noise in the state, with `lift.scan` that splits a stream."""

from functools import partial

from flax.core import Scope, lift
from jax import random

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.noise_rnn import NoiseRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell


def noise_cell(n: NoiseRNN) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))

  def step(scope: Scope, h, x):
    h, _ = scope.child(elman, 'elman')(h, x)
    if not n.deterministic:
      key = scope.make_rng('noise')
      noise = random.normal(key, h.shape, h.dtype)
      h = h + n.scale * noise
    return h, h

  return step


@as_scope(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> Function:
  cell, zero_carry = noise_cell(n), n.inner(Elman).zero_carry

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'noise': n.split_rngs},
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
