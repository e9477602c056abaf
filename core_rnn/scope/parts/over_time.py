"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from flax.core import Scope, lift

from core_rnn.equations.padding import held, known, repeated, valid_steps
from core_rnn.scope.as_scope import Function


class Cell(NamedTuple):
  """One step of a network, for one example.

  Attributes:
    first: x [...] -> h_0.
    step: a scope, h_{t-1}, x_t -> h_t, y_t.
  """

  first: Callable[..., Any]
  step: Callable[..., tuple[Any, Any]]


def over_time(
  cell: Cell,
  reverse: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
  split_rngs: Mapping[str, bool] = {},
) -> Function:
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn. A stream
  draws anew in each step, or, where split_rngs is off, the same. Of a sequence
  of a given length, what follows is padding: the carry stays, and y_t is that
  of the last step before it, or 0, see `core_rnn.equations.padding`.
  """

  def step(scope: Scope, carry, valid_and_x):
    valid, x = valid_and_x
    one = partial(cell.step, scope)
    return one(carry, x) if valid is None else held(one, valid, carry, x)

  def rnn(scope: Scope, xs, initial_carry=None, seq_length=None):
    if initial_carry is None:
      initial_carry = cell.first(xs)
    split: dict[Any, bool] = {'params': False, **split_rngs}
    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs=split,
      reverse=reverse,
      unroll=unroll,
    )
    run = scope.child(scan, 'cell')
    if seq_length is None:
      return run(initial_carry, (None, xs))
    scanned = valid_steps(xs, seq_length), repeated(xs, seq_length)
    (_, carry), ys = run((initial_carry, initial_carry), scanned)
    return carry, known(ys, seq_length) if zero_padding else ys

  return rnn
