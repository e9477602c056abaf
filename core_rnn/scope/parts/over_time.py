"""A cell over time, for models whose lesson is not the loop."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flax.core import Scope, lift

from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function


def over_time(
  cell: Function,
  zero_carry: Callable[..., Any],
  zero_padding: bool = False,
) -> Function:
  """Return a cell over time, with the parameters `cell`.

  Args:
    cell: the step of one example: scope, carry, x -> carry, y.
    zero_carry: xs [time, ...] -> the carry if none is given.
    zero_padding: whether outputs after the end are 0.

  Returns:
    scope, xs [time, ...] -> the last carry, every y [time, ...].
  """

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step, variable_broadcast='params', split_rngs={'params': False}
    )
    valid_xs = mark_padding(xs, seq_length)
    h, ys = scope.child(scan, 'cell')(h_0, valid_xs)
    return h, fill_padding(ys, seq_length, zero_padding)

  return network
