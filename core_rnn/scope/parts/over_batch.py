"""A cell over a batch: every sequence of it by itself, over time."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import batch_of_sequences
from core_rnn.networks.sequences import Run
from core_rnn.scope.as_scope import Function, is_initializing
from core_rnn.scope.parts.deferred import deferred
from core_rnn.scope.parts.over_time import Cell, over_time


def over_batch(cell: Cell, n: Run) -> Function:
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  How it goes, and what it returns, n says.
  """
  axis = 1 if n.time_major else 0
  vmap = lift.vmap(
    over_time(cell, n.reverse, n.unroll),
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=(axis, 0, 0),
    out_axes=(0, axis),
  )
  run = deferred(cell, rule(n.cell, n.reverse, n.unroll))

  def batch(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    if is_initializing(scope):
      # outside of all loops: JAX has a draw inside of one as another function
      x = jnp.zeros_like(xs, shape=xs.shape[2:])
      cell.step(scope.rewound().push('cell'), cell.first(xs), x)
    if n.deferred:
      whole = scope.child(run, 'cell')
      rnn = batch_of_sequences(whole, cell.first, axis)
    else:
      rnn = partial(vmap, scope)
    given = xs, initial_carry, seq_lengths
    return n.returned(*given, *rnn(*given))

  return batch
