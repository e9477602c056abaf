"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from jax import lax

from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions
from core_rnn.types import Variables


class Cell(NamedTuple):
  """One step of a network, for one example.

  Attributes:
    init: draw, the shape of x [...] -> the parameters.
    first: x [...] -> h_0.
    step: the parameters, h_{t-1}, x_t -> h_t, y_t.
  """

  init: Callable[..., Variables]
  first: Callable[..., Any]
  step: Callable[..., tuple[Any, Any]]


def over_time(cell: Cell, reverse: bool, unroll: int) -> Functions:
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn.
  """

  def init(rngs, xs, initial_carry=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[1:])}}

  def apply(variables, xs, initial_carry=None):
    step = partial(cell.step, variables['params']['cell'])
    if initial_carry is None:
      initial_carry = cell.first(xs)
    return lax.scan(step, initial_carry, xs, reverse=reverse, unroll=unroll)

  return init, apply
