"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from functools import partial
from typing import Any

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.padding import ended, padded, select
from core_rnn.networks.state import BatchnormRNN


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
  front, [time, ...]. At padding h stays, and the cell is told.

  Attributes:
    cell: a module of h_{t-1}, x_t, whether it is no padding -> h_t, y_t, for
      one example along the axis `batch`.
    n: the network.
  """

  cell: nn.Module
  n: BatchnormRNN

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...]."""
    n = self.n

    def step(cell, h, valid_and_x):
      valid, x = valid_and_x
      new, y = cell(h, x, valid)
      return new if valid is None else select(valid, new, h), y

    batch = nn.vmap(
      step,
      variable_axes={'params': None, 'batch_stats': None},
      split_rngs={'params': False},
      axis_name='batch',
    )
    scan = nn.scan(
      batch,
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
      **lifted(n.statistics, self.is_mutable_collection('batch_stats')),
    )
    h = n.first(xs) if initial_carry is None else initial_carry
    if n.statistics == 'carry' and self.is_initializing():
      # a scan cannot make what it carries: one step, of any input, does
      x = jnp.zeros_like(xs, shape=(len(xs), *xs.shape[2:]))
      batch(self.cell, h, (None, x))
    h, ys = scan(self.cell, h, jax.vmap(padded)(xs, seq_lengths))
    end = partial(ended, zero_padding=n.zero_padding)
    return h, jax.vmap(end)(ys, seq_lengths)
