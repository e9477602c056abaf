"""From what a scope factory returns to a Model."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flax import core

from core_rnn.checks import checked
from core_rnn.model import Model
from core_rnn.types import Variables

Function = Callable[..., Any]


def as_model(
  streams: tuple[str, ...] = (),
  optional: Mapping[str, str] = {},
  divisors: Mapping[str, tuple[str, ...]] = {},
  **axes: str,
):
  """Decorates a factory of f(scope, x), for xs='time inputs' [time, inputs].

  Where it draws, it draws from streams.

  Raises:
    TypeError, ValueError: by its models, what `checks.checked` says.
  """
  return checked('scope', build, axes, streams, optional, divisors)


def build(function: Function) -> Model:
  """f(scope, x) -> Model: y [...] becomes variables, y, or (y, updates)."""
  return Model(partial(init_with, function), partial(apply_with, function))


def init_with(
  function: Function, rngs: Any, *xs: Any, **optional: Any
) -> Variables:
  """The variables, leaves of shape [...], that f makes in a new scope."""
  _, variables = core.init(function)(rngs, *xs, **optional)
  return variables


def apply_with(
  function: Function,
  variables: Variables,
  *xs: Any,
  mutable: Any = False,
  **optional: Any,
) -> Any:
  """y of shape [...], or (y, the collections that mutable names)."""
  return core.apply(function, mutable)(variables, *xs, **optional)
