"""The numbers of the draws in a loop of `lift.scan`."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import jax

from core_rnn.types import PRNGKey


def traced_twice(
  init: Callable[..., Any], draw: Callable[..., PRNGKey], loops: int = 1
) -> Callable[..., PRNGKey]:
  """Return draw with the numbers it has in the loop of `lift.scan`.

  `lift.scan` traces its body twice: first to find the values that are
  the same in all iterations, then for the loop. In each scope, the
  second trace continues the numbers of the first. So draw n of a scope
  becomes draw n + N (2^loops - 1), where N is the number of draws of
  the scope.

  Args:
    init: draw -> parameters; it makes the draws of the body once.
    draw: the path of a scope, the number of a draw in it -> a key [].
    loops: the number of nested loops; each traces its body twice.

  Returns:
    draw as it is in the last trace.
  """
  counted: Counter[tuple[Any, ...]] = Counter()

  def count(*path: str | int) -> PRNGKey:
    counted[path[:-1]] += 1
    return jax.random.key(0)

  jax.eval_shape(lambda: init(count))

  def later(*path: Any) -> PRNGKey:
    *scope, number = path
    before = counted[tuple(scope)] * (2**loops - 1)
    return draw(*scope, number + before)

  return later
