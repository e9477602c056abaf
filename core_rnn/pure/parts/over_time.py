"""A cell over time, for models whose lesson is not the loop."""

from collections.abc import Callable
from functools import partial
from typing import Any

from jax import lax

from core_rnn.keys import derive
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions


def over_time(
  cell: Cell,
  zero_carry: Callable[..., Any],
  zero_padding: bool = False,
) -> Functions:
  """Return a cell over time, with the parameters `cell`.

  Args:
    cell: the parameters and the step of one example.
    zero_carry: xs [time, ...] -> the carry if none is given.
    zero_padding: whether outputs after the end are 0.

  Returns:
    init and apply: xs [time, ...] -> the last carry, every y.
  """

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry
    step = partial(cell.step, variables['params']['cell'])
    valid_xs = mark_padding(xs, seq_length)
    h, ys = lax.scan(freeze_carry(step, h_0), h_0, valid_xs)
    return h, fill_padding(ys, seq_length, zero_padding)

  return init, apply
