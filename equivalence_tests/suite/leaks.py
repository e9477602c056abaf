"""What is used in a trace of JAX that is not its own, or escapes from one.

A transform of JAX around a bound module, or a scope that a loop's body has from
outside: each is traced once, so a mask is drawn once for all steps, and what is
put into a variable there is of a trace that has ended. Flax has an error for
it, `JaxTransformError`, which its versions from 0.10.4 on never raise; but its
scopes still know the trace that they were made in.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from sys import _getframe
from typing import Any

import jax
from flax.core import Scope, tracers

OPERATIONS = {
  'push': 'makes a child',
  'make_rng': 'draws a key',
  'put_variable': 'puts a variable',
  'pack': 'is lifted',
  'repack_fn': 'ends its part of a lifted call',
}
"""Where Flax asks a scope for its trace, and what the scope does there."""


@dataclass
class Watch:
  """How often scopes were used, and where in another trace than their own.

  Attributes:
    uses: how often.
    strays: what each use was that is none of its own trace, once.
  """

  uses: int = 0
  strays: list[str] = field(default_factory=list)

  def see(self, scope: Scope, operation: str) -> None:
    """Notes one use of a scope."""
    self.uses += 1
    if scope.trace_level != tracers.current_trace():
      does = OPERATIONS.get(operation, operation)
      stray = f'scope {scope.path_text} {does} in a trace not its own'
      if stray not in self.strays:
        self.strays.append(stray)


@contextmanager
def scopes_watched() -> Iterator[Watch]:
  """Inside, every use of a scope of Flax is noted."""
  watch, of_flax = Watch(), Scope._validate_trace_level

  def see(scope: Scope) -> None:
    of_flax(scope)
    watch.see(scope, _getframe(1).f_code.co_name)

  # mypy: a method is replaced, since Flax has no flag for it; then put back
  Scope._validate_trace_level = see  # type: ignore[method-assign]
  try:
    yield watch
  finally:
    Scope._validate_trace_level = of_flax  # type: ignore[method-assign]


def leaks(function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[str]:
  """What leaks when the function is called with these, of anyone's model.

      leaks(module.init, jax.random.key(0), xs)
      leaks(module.apply, variables, xs, rngs=rngs, mutable=['batch_stats'])

  Returns:
    A line for each way in which a scope is used in a trace that is not its own,
    and for each leaf of what is returned that is still being traced.

  Raises:
    TypeError: it is given a tracer: inside of a transform all is traced.
    Exception: whatever the function raises, with what had leaked till then.
  """
  if traced((args, kwargs)):
    got = f'{traced((args, kwargs))[0]} is a tracer'
    raise TypeError(f'leaks: expected arrays to call the function with: {got}')
  with scopes_watched() as watch:
    try:
      returned = function(*args, **kwargs)
    except Exception as error:
      for stray in watch.strays:
        error.add_note(stray)
      raise
  escaped = [
    f'{path} of what is returned is a tracer' for path in traced(returned)
  ]
  return [*watch.strays, *escaped]


def traced(tree: Any) -> list[str]:
  """The paths of all leaves of a tree that are tracers."""
  return [
    jax.tree_util.keystr(path) or 'all'
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree)
    if isinstance(leaf, jax.core.Tracer)
  ]
