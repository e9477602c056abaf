"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from typing import Any

from flax.core import Scope, lift
from jax import numpy as jnp

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


def batch_over_time(cell: Cell, statistics: str) -> Function:
  """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...].

  Its statistics are of all steps, a carry; or of each its own, an axis in
  front, [time, ...].
  """
  batch = lift.vmap(
    cell.step,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )

  def rnn(scope: Scope, xs):
    scan = lift.scan(
      batch,
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
      **lifted(statistics, scope.is_mutable_collection('batch_stats')),
    )
    h, inner = cell.first(xs), scope.push('cell')
    if statistics == 'carry' and scope.get_flag('initializing', False):
      # a scan cannot make what it carries: one step, of any input, does
      batch(inner, h, jnp.zeros_like(xs, shape=(len(xs), *xs.shape[2:])))
    return scan(inner, h, xs)

  return rnn
