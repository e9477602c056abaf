"""A loop that numbers its iterations, as `lift.while_loop` does."""

from collections.abc import Callable
from typing import Any

from jax import lax


def numbered_loop(
  goes_on: Callable[[Any, Any], Any],
  again: Callable[[Any, Any], Any],
  state: Any,
) -> Any:
  """Return the first state with which the loop does not go on.

  Iteration i, from 0, replaces state by again(i, state), if
  goes_on(-i, state). Flax folds i and -i into the keys of streams that
  are split over iterations, so that condition and body draw from
  different keys, unless i = 0.

  Args:
    goes_on: a number and the state -> whether there is an iteration.
    again: a number and the state -> the next state.
    state: the initial state, a tree of arrays.
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
