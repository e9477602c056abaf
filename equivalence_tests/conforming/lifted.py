"""What the kit has to be told of a transform: its forms, and its loop."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax

CELL = 'cell'  # the name of the child that is lifted
Step = Callable[..., tuple[Any, Any]]
"""Variables, a key for each stream, h [...] -> h' [...], the state it moved."""


def as_it_is(f: Any) -> Any:
  """The function itself."""
  return f


def called(f: Callable[..., Any], h: Any, **kwargs: Any) -> Any:
  """f(h): what is called as the function was that it is made of."""
  return f(h, **kwargs)


def once(step: Step, variables: Any, keys: Any, h: Any) -> tuple[Any, Any]:
  """The loop of what changes nothing: one step."""
  return step(variables, keys, h)


def alone(make: Callable[[Any], Any], keys: Any) -> Any:
  """The variables of one step, as if it stood alone."""
  return make(keys)


class Numbers(NamedTuple):
  """The number of the first draw, from 1: Flax's transforms draw themselves.

  Attributes:
    params: of the parameters.
    noise: of the stream `noise`, in `apply`.
    noise_in_init: of the same, in `init`.
  """

  params: int = 1
  noise: int = 1
  noise_in_init: int = 1


class Lifted(NamedTuple):
  """A transform that is applied to h' = f(scope, h), and what is to come of it.

  Attributes:
    name: in messages.
    scope: a function of a scope -> the same, lifted; None where linen alone
      has the transform.
    linen: a class of modules, a method, or a function of a module -> the same,
      lifted; of the functions alone, where `takes` says so.
    loop: what it replaces, in Python: a step, variables, keys, h -> what is
      returned, and the state that was moved.
    pure: the same by JAX, the program of which is that of the others; None
      where there is no such form.
    makes: what is made of the variables of one step, which it is given as a
      function of keys: the variables of all.
    began: as loop, of `init`, which may run another number of steps.
    body: f(scope, h) -> the form that the transform takes, as (h, x) -> (h, y).
    call: how what is lifted is called, with h [...] and keywords.
    carries: the collection `count` may move in it.
    draws: it may draw from the stream `noise`.
    numbers: of the first draw of a stream.
    path: the names of the scopes between the keys that the loop has, and it.
    takes: which of `function`, `class`, `method`, `scopes` it takes.
    adds: to the names of the axes of a boxed parameter.
    refuses: scenario -> what it says of that, as a pattern; it must.
  """

  name: str
  scope: Callable[[Any], Any] | None
  linen: Callable[[Any], Any]
  loop: Callable[[Step, Any, Any, Any], tuple[Any, Any]] = once
  pure: Callable[[Step, Any, Any, Any], tuple[Any, Any]] | None = None
  makes: Callable[[Callable[[Any], Any], Any], Any] = alone
  began: Callable[[Step, Any, Any, Any], tuple[Any, Any]] | None = None
  body: Callable[[Any], Any] = as_it_is
  call: Callable[..., Any] = called
  carries: bool = True
  draws: bool = True
  numbers: Numbers = Numbers()
  path: tuple[str, ...] = (CELL,)
  takes: tuple[str, ...] = ('function', 'class', 'method', 'scopes')
  adds: tuple[str, ...] = ()
  refuses: Mapping[str, str] = {}


def key_of(keys: Mapping[str, Any], i: int, count: int) -> dict[str, Any]:
  """The keys of step i of count, as `scan` and `vmap` split them, shape []."""
  return {
    name: jax.random.split(jax.random.clone(key), count)[i]
    for name, key in keys.items()
  }
