"""A scan over the steps of a batch, as a function on a scope."""

import jax
from flax.core import Scope, lift

from core_rnn.networks.sequences import SimpleScan
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.gated import gated_cell


@as_scope(SimpleScan)
def simple_scan(n: SimpleScan) -> Function:
  def rnn(scope: Scope, xs, initial_carry=None):
    cell = gated_cell(n.lstm(xs))
    batch = lift.vmap(
      cell.step, variable_axes={'params': None}, split_rngs={'params': False}
    )
    scan = lift.scan(
      batch,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    first = jax.vmap(cell.first)(xs) if initial_carry is None else initial_carry
    return scope.child(scan, 'lstm_cell')(first, xs)

  return rnn
