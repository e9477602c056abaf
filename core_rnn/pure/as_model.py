"""From what a pure factory returns to a Model."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from core_rnn.checks import checked
from core_rnn.model import Model
from core_rnn.types import Variables

Functions = tuple[Callable[..., Variables], Callable[..., Any]]


class Moved(NamedTuple):
  """What an apply with state returns: y [...], and the collections it moved."""

  outputs: Any
  updates: Variables


def as_model(
  streams: tuple[str, ...] = (),
  optional: Mapping[str, str] = {},
  divisors: Mapping[str, tuple[str, ...]] = {},
  **axes: str,
):
  """Decorates a factory of (init, apply), for xs='time inputs' [time, inputs].

  Where it draws from streams, apply takes `rngs`; where it moves collections,
  apply returns them too, as `Moved`.

  Raises:
    TypeError, ValueError: by its models, what `checks.checked` says.
  """
  make = partial(build, streams)
  return checked('pure', make, axes, streams, optional, divisors)


def build(streams: tuple[str, ...], functions: Functions) -> Model:
  """(init, apply) -> Model: y [...] becomes y, or (y, updates)."""
  init, apply = functions

  def apply_with(variables, *xs, rngs=None, mutable=False, **optional):
    draws = {'rngs': rngs or {}} if streams else {}
    outputs = apply(variables, *xs, **draws, **optional)
    outputs, updates = (
      outputs if isinstance(outputs, Moved) else Moved(outputs, {})
    )
    if mutable is False:
      return outputs
    return outputs, {
      name: updates.get(name, variables[name]) for name in mutable
    }

  return Model(init, apply_with)
