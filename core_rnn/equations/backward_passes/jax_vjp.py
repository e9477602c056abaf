"""A cell over time whose backward pass is JAX's own, in the form of a pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax


@dataclass(frozen=True)
class JaxBackwardPass:
  """A cell over time, and the backward pass that `jax.vjp` makes of it.

  Attributes:
    run: params, initial carry, valid, xs, reverse, unroll -> carry, ys.
    reverse: whether the steps go from the last one to the first.
    unroll: the number of steps in one iteration of a loop.
  """

  run: Callable[..., tuple[Any, Any]]
  reverse: bool
  unroll: int

  def forward(
    self, params: Any, initial_carry: Any, valid: Any, xs: Any
  ) -> tuple[Any, Any]:
    """Return the last carry and every y_t [time, ..., features]; the vjp.

    Args:
      params: the parameters of the cell.
      initial_carry: the carry before the first step.
      valid: whether each step is valid, [time, ...]; None if all are.
      xs: the inputs, [time, ..., inputs].
    """

    def run(params, carry, xs):
      return self.run(params, carry, valid, xs, self.reverse, self.unroll)

    return jax.vjp(run, params, initial_carry, xs)

  def backward(self, vjp: Any, d_outputs: Any) -> tuple[Any, ...]:
    """Return d_params, d_initial_carry, None for valid, and d_xs."""
    d_params, d_initial_carry, d_xs = vjp(d_outputs)
    return d_params, d_initial_carry, None, d_xs
