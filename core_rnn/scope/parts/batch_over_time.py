"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from functools import partial
from typing import Any

import jax
from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.equations.padding import ended, padded, select
from core_rnn.networks.state import BatchnormRNN
from core_rnn.scope.as_scope import Function
from core_rnn.scope.parts.over_time import Cell


def lifted(statistics: str, mutable: bool) -> dict[str, Any]:
  """How a scan lifts variables: parameters [...] and statistics [...]."""
  if statistics == 'axis':
    return {'variable_broadcast': 'params', 'variable_axes': {'batch_stats': 0}}
  if mutable:
    return {'variable_broadcast': 'params', 'variable_carry': 'batch_stats'}
  # a carry that cannot move is none: Flax hands it in, and not out again
  return {'variable_broadcast': ('params', 'batch_stats')}


def batch_over_time(cell: Cell, n: BatchnormRNN) -> Function:
  """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...].

  Its statistics are of all steps, a carry; or of each its own, an axis in
  front, [time, ...]. At padding h stays, and the cell is told.
  """

  def step(scope: Scope, h, valid_and_x):
    valid, x = valid_and_x
    new, y = cell.step(scope, h, x, valid)
    return new if valid is None else select(valid, new, h), y

  batch = lift.vmap(
    step,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )

  def rnn(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    scan = lift.scan(
      batch,
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
      **lifted(n.statistics, scope.is_mutable_collection('batch_stats')),
    )
    h, inner = initial_carry, scope.push('cell')
    h = cell.first(xs) if h is None else h
    if n.statistics == 'carry' and scope.get_flag('initializing', False):
      # a scan cannot make what it carries: one step, of any input, does
      x = jnp.zeros_like(xs, shape=(len(xs), *xs.shape[2:]))
      batch(inner, h, (None, x))
    h, ys = scan(inner, h, jax.vmap(padded)(xs, seq_lengths))
    end = partial(ended, zero_padding=n.zero_padding)
    return h, jax.vmap(end)(ys, seq_lengths)

  return rnn
