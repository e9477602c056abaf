"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import lax

from core_rnn.equations.padding import ended, padded, select
from core_rnn.keys import derive
from core_rnn.networks.state import BatchnormRNN
from core_rnn.pure.as_pure import Functions, Moved
from core_rnn.types import Variables


class Cell(NamedTuple):
  """One step of a network, for one example along the axis `batch`.

  Attributes:
    init: draw, the shape of x [...] -> the parameters.
    stats: nothing -> the statistics, before any step.
    step: the parameters, statistics, h_{t-1}, x_t, whether it is no padding ->
      statistics, h_t, y_t.
  """

  init: Callable[..., Variables]
  stats: Callable[[], Variables]
  step: Callable[..., tuple[Variables, Any, Any]]


def batch_over_time(cell: Cell, n: BatchnormRNN) -> Functions:
  """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...].

  Its statistics are of all steps, a carry; or of each its own, an axis in
  front, [time, ...]. At padding h stays, and the cell is told.
  """

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    params = cell.init(partial(derive, rngs['params'], 'cell'), xs.shape[2:])
    if n.statistics == 'carry':
      stats = cell.stats()
    else:
      each = lambda _, __: (None, cell.stats())
      _, stats = lax.scan(each, None, length=xs.shape[1])
    return {'params': {'cell': params}, 'batch_stats': {'cell': stats}}

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    params, stats = (variables[c]['cell'] for c in ('params', 'batch_stats'))

    def step(stats, h, valid_and_x):
      valid, x = valid_and_x
      stats, new, y = cell.step(params, stats, h, x, valid)
      return stats, new if valid is None else select(valid, new, h), y

    h = n.first(xs) if initial_carry is None else initial_carry
    batch = jax.vmap(step, (None, 0, 0), (None, 0, 0), axis_name='batch')

    def carry_them(carry, x):
      *carry, y = batch(*carry, x)
      return tuple(carry), y

    def scan_them(h, stats_and_x):
      stats, x = stats_and_x
      stats, h, y = batch(stats, h, x)
      return h, (y, stats)

    xs = jax.vmap(padded, out_axes=1)(xs, seq_lengths)
    if n.statistics == 'carry':
      (stats, h), ys = lax.scan(carry_them, (stats, h), xs)
    else:
      h, (ys, stats) = lax.scan(scan_them, h, (stats, xs))
    end = partial(ended, zero_padding=n.zero_padding)
    ys = jax.vmap(end)(ys.swapaxes(0, 1), seq_lengths)
    return Moved((h, ys), {'batch_stats': {'cell': stats}})

  return init, apply
