"""A cell over a batch: every sequence of it by itself, over time."""

import jax
from flax.core import Scope, lift

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import turned, zeroed
from core_rnn.networks.sequences import RNN
from core_rnn.scope.as_scope import Function
from core_rnn.scope.parts.deferred import deferred_over_time
from core_rnn.scope.parts.over_time import Cell, over_time


def over_batch(cell: Cell, n: RNN) -> Function:
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  How it goes, and what it returns, n says.
  """
  axis = 1 if n.time_major else 0
  if n.deferred:
    one = deferred_over_time(cell, rule(n.cell, n.reverse, n.unroll))
  else:
    one = over_time(cell, n.reverse, n.unroll)
  vmap = lift.vmap(
    one,
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=(axis, 0, 0),
    out_axes=(0, axis),
  )

  def batch(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    carry, ys = vmap(scope, xs, initial_carry, seq_lengths)
    if n.reverse and not n.keep_order:
      ys = jax.vmap(turned, (axis, 0), axis)(ys, seq_lengths)
    if n.zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if n.return_carry else ys

  return batch
