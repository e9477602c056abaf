"""A cell over time by a rule of its own, with `nn.custom_vjp`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.deferred import Deferred
from core_rnn.equations.padding import last_again, repeated, valid_steps


class DeferredOverTime(nn.Module):
  """xs [time, ...] -> h_time and every y_t [time, ...], as `OverTime` has it.

  How it goes, forward and back, the rule says.

  Attributes:
    cell: a module of h_{t-1}, x_t -> h_t, y_t.
    first: xs [time, ...] -> h_0.
    rule: the cell over time, and its derivative.
  """

  cell: nn.Module
  first: Callable[..., Any]
  rule: Deferred

  def __call__(self, xs, initial_carry=None, length=None):
    """xs [time, ...] -> h_time and every y_t [time, ...]."""
    if initial_carry is None:
      initial_carry = self.first(xs)
    if self.is_initializing():  # the cell alone knows what parameters there are
      self.cell(initial_carry, jnp.zeros(xs.shape[1:], xs.dtype))

    def forward(cell, *ins):
      return self.rule.forward(cell.variables['params'], *ins)

    def backward(kept, slopes):
      params, *ins = self.rule.backward(kept, slopes)
      return {'params': params}, *ins

    def run(cell, *ins):
      return forward(cell, *ins)[0]

    deferred = nn.custom_vjp(run, forward, backward)
    lifted = run if self.is_initializing() else deferred
    one = partial(lifted, self.cell, initial_carry)
    if length is None:
      return one(xs, None)
    carry, ys = one(repeated(xs, length), valid_steps(xs, length))
    return carry, last_again(ys, length)
