"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flax.core import Scope, lift

from core_rnn.scope.as_model import Function


class Cell(NamedTuple):
  """One step of a network, for one example.

  Attributes:
    first: x [...] -> h_0.
    step: a scope, h_{t-1}, x_t -> h_t, y_t.
  """

  first: Callable[..., Any]
  step: Callable[..., tuple[Any, Any]]


def over_time(
  cell: Cell, reverse: bool, unroll: int, split_rngs: Mapping[str, bool] = {}
) -> Function:
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn. A stream
  draws anew in each step, or, where split_rngs is off, the same.
  """

  def rnn(scope: Scope, xs, initial_carry=None):
    if initial_carry is None:
      initial_carry = cell.first(xs)
    scan = lift.scan(
      cell.step,
      variable_broadcast='params',
      split_rngs={'params': False, **split_rngs},
      reverse=reverse,
      unroll=unroll,
    )
    return scope.child(scan, 'cell')(initial_carry, xs)

  return rnn
