"""A scan over the steps of a batch, as a function on a scope."""

from functools import partial

import jax
from flax.core import Scope, lift

from core_rnn.equations.padding import held, padded, zeroed
from core_rnn.networks.sequences import SimpleScan
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.gated import gated_cell


@as_scope(SimpleScan)
def simple_scan(n: SimpleScan) -> Function:
  def rnn(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    cell = gated_cell(n.lstm(xs))
    batch = lift.vmap(
      cell.step, variable_axes={'params': None}, split_rngs={'params': False}
    )

    def step(scope: Scope, carry, valid_and_x):
      valid, x = valid_and_x
      one = partial(batch, scope)
      if valid is None:
        return one(carry, x)
      return held(one, valid[:, None], carry, x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    first = jax.vmap(cell.first)(xs) if initial_carry is None else initial_carry
    run = scope.child(scan, 'lstm_cell')
    scanned = jax.vmap(padded)(xs, seq_lengths)
    if seq_lengths is None:
      return run(first, scanned)
    (_, carry), ys = run((first, first), scanned)
    return carry, zeroed(ys, seq_lengths, 0) if n.zero_padding else ys

  return rnn
