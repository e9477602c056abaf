"""The transform for the conformance kit, with the loop that it replaces."""

from functools import partial
from typing import Any

import jax

from equivalence_tests.conforming import Lifted
from equivalence_tests.templates.transform.linen.transforms.times_over import (
  times_over as linen_form,
)
from equivalence_tests.templates.transform.pure.transforms.times_over import (
  times_over as pure_form,
)
from equivalence_tests.templates.transform.scope.transforms.times_over import (
  times_over as scope_form,
)

COUNT = 3
HOW: dict[str, Any] = {
  'count': COUNT,
  'variable_carry': 'count',
  'split_rngs': {'noise': True},
}


def of_turn(keys: Any, i: Any) -> Any:
  """Return the keys of turn i: i is folded into each."""
  fold = lambda key: jax.random.fold_in(jax.random.clone(key), i)
  return jax.tree.map(fold, keys)


def state_of(variables: Any) -> Any:
  """Return the collections that one turn passes to the next."""
  return {name: of for name, of in variables.items() if name != 'params'}


def loop(step: Any, variables: Any, keys: Any, h: Any) -> tuple[Any, Any]:
  """Run the turns one after the other in Python."""
  for i in range(COUNT):
    h, moved = step(variables, of_turn(keys, i), h)
    variables = {**variables, **moved}
  return h, state_of(variables)


def first(step: Any, variables: Any, keys: Any, h: Any) -> tuple[Any, Any]:
  """Run the first turn as `init` does, with the `params` keys unchanged."""
  noise = of_turn(keys['noise'], 0)
  return step(variables, {**keys, 'noise': noise}, h)


def pure(step: Any, variables: Any, keys: Any, h: Any) -> tuple[Any, Any]:
  """Run the turns with the pure form."""
  params = {'params': variables['params']}

  def turn(i, state, h):
    h, moved = step({**params, **state}, of_turn(keys, i), h)
    return moved, h

  state, h = pure_form(turn, COUNT)(state_of(variables), h)
  return h, state


TIMES_OVER = Lifted(
  'times_over',
  partial(scope_form, **HOW),
  partial(linen_form, **HOW),
  loop,
  pure,
  began=first,
)
