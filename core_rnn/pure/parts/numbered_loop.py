"""A loop that numbers its turns, as `lift.while_loop` does."""

from collections.abc import Callable
from typing import Any

from jax import lax


def numbered_loop(
  goes_on: Callable[[Any, Any], Any],
  again: Callable[[Any, Any], Any],
  state: Any,
) -> Any:
  """The first state, a tree of [...], with which it does not go on.

  The i-th turn, from 0, makes again(i, state) of a state if goes_on(-i, state).
  Flax folds these numbers into the keys of streams that are split over turns:
  what is drawn to decide is not what is drawn in the turn, unless i = 0.
  """

  def decide(numbered):
    i, state = numbered
    return goes_on(-i, state)

  def turn(numbered):
    i, state = numbered
    state = again(i, state)
    return i + 1, state

  _, state = lax.while_loop(decide, turn, (0, state))
  return state
