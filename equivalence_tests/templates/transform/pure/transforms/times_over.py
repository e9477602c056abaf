"""A loop that runs a step several times."""

from collections.abc import Callable
from typing import Any

from jax import lax


def times_over(
  step: Callable[[Any, Any, Any], tuple[Any, Any]], count: int
) -> Callable[[Any, Any], tuple[Any, Any]]:
  """Return a loop: state, h = step(i, state, h), count times over.

  Args:
    step: (i, state, h) -> state, h; the shapes of both do not change.
    count: the number of turns.

  Returns:
    (state, h) -> state, h after the last turn.
  """
  return lambda state, h: lax.fori_loop(
    0, count, lambda i, now: step(i, *now), (state, h)
  )
