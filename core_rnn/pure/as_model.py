"""From what a pure factory returns to a Model."""

from collections.abc import Callable
from functools import partial
from typing import Any

from core_rnn.checks import checked
from core_rnn.model import Model
from core_rnn.types import Variables

Functions = tuple[Callable[..., Variables], Callable[..., Any]]


def as_model(**axes: str):
  """Decorates a factory of (init, apply), for xs='time inputs' [time, inputs].

  Raises:
    TypeError, ValueError: by its models, what `checks.checked` says.
  """
  return checked('pure', build, axes)


def build(functions: Functions) -> Model:
  """(init, apply) -> Model: y [...] becomes y, or (y, updates)."""
  init, apply = functions
  return Model(init, partial(apply_with, apply))


def apply_with(
  apply: Callable[..., Any],
  variables: Variables,
  *xs: Any,
  rngs: Any = None,
  mutable: Any = False,
  **optional: Any,
) -> Any:
  """y of shape [...], or (y, the collections that mutable names)."""
  del rngs  # no model here draws when it is applied
  outputs = apply(variables, *xs, **optional)
  if mutable is False:
    return outputs
  names = {mutable} if isinstance(mutable, str) else mutable
  return outputs, {
    name: collection
    for name, collection in variables.items()
    if mutable is True or name in names
  }
