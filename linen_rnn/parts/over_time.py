"""A cell over time, for models whose lesson is not the loop."""

from collections.abc import Callable
from typing import Any

from flax import linen as nn

from core_rnn.padding import fill_padding, freeze_carry, mark_padding


class OverTime(nn.Module):
  """A cell over time, with the parameters `cell`.

  Attributes:
    cell: the step of one example: carry, x -> carry, y.
    zero_carry: xs [time, ...] -> the carry if none is given.
    zero_padding: whether outputs after the end are 0.
  """

  cell: nn.Module
  zero_carry: Callable[..., Any]
  zero_padding: bool = False

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the last carry, and every y [time, ...]."""
    h_0 = (
      self.zero_carry(xs) if initial_carry is None else initial_carry
    )

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step, variable_broadcast='params', split_rngs={'params': False}
    )
    h, ys = scan(self.cell, h_0, mark_padding(xs, seq_length))
    return h, fill_padding(ys, seq_length, self.zero_padding)
