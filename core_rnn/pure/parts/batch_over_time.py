"""A cell over time, the batch in each step: of one example, it sees them all.

What the cell normalises over the batch, it keeps in `batch_stats`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.pure.as_pure import Functions, Moved
from core_rnn.types import Variables


class Cell(NamedTuple):
  """One step of a network, for one example along the axis `batch`.

  Attributes:
    init: draw, the shape of x [...] -> the parameters.
    stats: nothing -> the statistics, before any step.
    first: xs [batch, ...] -> every h_0.
    step: the parameters, statistics, h_{t-1}, x_t -> statistics, h_t, y_t.
  """

  init: Callable[..., Variables]
  stats: Callable[[], Variables]
  first: Callable[..., Any]
  step: Callable[..., tuple[Variables, Any, Any]]


def batch_over_time(cell: Cell, statistics: str) -> Functions:
  """xs [batch, time, ...] -> every h_time, every y_t [batch, time, ...].

  Its statistics are of all steps, a carry; or of each its own, an axis in
  front, [time, ...].
  """

  def init(rngs, xs):
    draw = partial(derive, rngs['params'], 'cell')
    params = cell.init(draw, xs.shape[2:])
    if statistics == 'carry':
      stats = cell.stats()
    else:
      each = lambda _, __: (None, cell.stats())
      _, stats = lax.scan(each, None, length=xs.shape[1])
    return {'params': {'cell': params}, 'batch_stats': {'cell': stats}}

  def apply(variables, xs):
    step = partial(cell.step, variables['params']['cell'])
    stats, h = variables['batch_stats']['cell'], cell.first(xs)
    batch = jax.vmap(step, (None, 0, 0), (None, 0, 0), axis_name='batch')

    def carry_them(carry, x):
      *carry, y = batch(*carry, x)
      return tuple(carry), y

    def scan_them(h, stats_and_x):
      stats, x = stats_and_x
      stats, h, y = batch(stats, h, x)
      return h, (y, stats)

    xs = xs.swapaxes(0, 1)
    if statistics == 'carry':
      (stats, h), ys = lax.scan(carry_them, (stats, h), xs)
    else:
      h, (ys, stats) = lax.scan(scan_them, h, (stats, xs))
    moved = {'batch_stats': {'cell': stats}}
    return Moved((h, ys.swapaxes(0, 1)), moved)

  return init, apply
