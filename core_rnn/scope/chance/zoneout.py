"""Zoneout, with `lift.scan` that splits a stream."""

from functools import partial

from flax.core import Scope, lift
from jax import lax, random

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.zoneout import Zoneout
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell


def zoneout_cell(n: Zoneout) -> Function:
  """Return the step of the network: scope, h, x -> h, h."""
  elman = elman_cell(n.inner(Elman))

  def step(scope: Scope, h, x):
    new, _ = scope.child(elman, 'elman')(h, x)
    if n.deterministic:
      h = n.rate * h + (1 - n.rate) * new
    else:
      key = scope.make_rng('zoneout')
      keep = random.bernoulli(key, n.rate, h.shape)
      h = lax.select(keep, h, new)
    return h, h

  return step


@as_scope(Zoneout)
def zoneout(n: Zoneout) -> Function:
  cell, zero_carry = zoneout_cell(n), n.inner(Elman).zero_carry

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'zoneout': n.split_rngs},
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return network
