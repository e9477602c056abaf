"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flax import linen as nn
from flax.core import FrozenDict

from core_rnn.equations.padding import held, known, repeated, valid_steps


class OverTime(nn.Module):
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn. A stream
  draws anew in each step, or, where split_rngs is off, the same. Of a sequence
  of a given length, what follows is padding: the carry stays, and y_t is that
  of the last step before it, or 0, see `core_rnn.equations.padding`.

  Attributes:
    cell: a module of h_{t-1}, x_t -> h_t, y_t.
    first: xs [time, ...] -> h_0.
    reverse: whether it goes from the last step to the first.
    unroll: steps to a turn of the loop.
    zero_padding: whether y_t is 0 at padding.
    split_rngs: whether a stream draws anew in each step.
  """

  cell: nn.Module
  first: Callable[..., Any]
  reverse: bool = False
  unroll: int = 1
  zero_padding: bool = False
  split_rngs: Mapping[str, bool] = FrozenDict()

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, ...] -> h_time and every y_t [time, ...]."""
    if initial_carry is None:
      initial_carry = self.first(xs)

    def step(cell, carry, valid_and_x):
      valid, x = valid_and_x
      return cell(carry, x) if valid is None else held(cell, valid, carry, x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, **self.split_rngs},
      reverse=self.reverse,
      unroll=self.unroll,
    )
    run = partial(scan, self.cell)
    if seq_length is None:
      return run(initial_carry, (None, xs))
    scanned = valid_steps(xs, seq_length), repeated(xs, seq_length)
    (_, carry), ys = run((initial_carry, initial_carry), scanned)
    return carry, known(ys, seq_length) if self.zero_padding else ys
