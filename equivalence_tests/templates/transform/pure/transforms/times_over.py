"""A step, a number of times over."""

from collections.abc import Callable
from typing import Any

from jax import lax


def times_over(
  step: Callable[[Any, Any, Any], tuple[Any, Any]], count: int
) -> Callable[[Any, Any], tuple[Any, Any]]:
  """state, h = step(i, state, h), for i = 0, ..., count - 1.

  Args:
    step: the number of the turn, what is carried beside, h -> both, each of
      the shapes [...] that it had.
    count: how many turns.

  Returns:
    state, h -> both, after the last turn.
  """
  return lambda state, h: lax.fori_loop(
    0, count, lambda i, now: step(i, *now), (state, h)
  )
