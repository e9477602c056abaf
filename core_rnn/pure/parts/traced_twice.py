"""How many draws a body has made when `lift.scan` begins its loop."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import jax

from core_rnn.types import PRNGKey


def traced_twice(
  init: Callable[..., Any], draw: Callable[..., PRNGKey], loops: int = 1
) -> Callable[..., PRNGKey]:
  """draw(..., n) -> draw(..., n + N (2^loops - 1)), N draws there in init.

  `lift.scan` traces its body once to see what in it is constant, and once more
  for the loop; in each scope the second trace counts on from the first. So what
  is made in the loop itself is drawn later than its order in the body says.

  Args:
    init: draw -> anything, which makes the draws of the body once.
    draw: names and the number of a draw -> its key [].
    loops: how many there are, one in the other: each traces all in it twice.

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
