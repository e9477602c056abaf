"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from collections.abc import Callable
from typing import Any

from flax import linen as nn
from jax import numpy as jnp


def lifted(statistics: str, mutable: bool) -> dict[str, Any]:
  """How a scan lifts variables: parameters [...] and statistics [...]."""
  if statistics == 'axis':
    return {'variable_broadcast': 'params', 'variable_axes': {'batch_stats': 0}}
  if mutable:
    return {'variable_broadcast': 'params', 'variable_carry': 'batch_stats'}
  # a carry that cannot move is none: Flax hands it in, and not out again
  return {'variable_broadcast': ('params', 'batch_stats')}


class BatchOverTime(nn.Module):
  """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...].

  Its statistics are of all steps, a carry; or of each its own, an axis in
  front, [time, ...].

  Attributes:
    cell: a module of h_{t-1}, x_t -> h_t, y_t, for one example along the axis
      `batch`.
    first: xs [batch, ...] -> every h_0.
    statistics: 'carry' or 'axis'.
  """

  cell: nn.Module
  first: Callable[..., Any]
  statistics: str

  def __call__(self, xs):
    """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...]."""
    batch = nn.vmap(
      lambda cell, h, x: cell(h, x),
      variable_axes={'params': None, 'batch_stats': None},
      split_rngs={'params': False},
      axis_name='batch',
    )
    scan = nn.scan(
      batch,
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
      **lifted(self.statistics, self.is_mutable_collection('batch_stats')),
    )
    h = self.first(xs)
    if self.statistics == 'carry' and self.is_initializing():
      # a scan cannot make what it carries: one step, of any input, does
      batch(self.cell, h, jnp.zeros_like(xs, shape=(len(xs), *xs.shape[2:])))
    return scan(self.cell, h, xs)
