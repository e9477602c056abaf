"""From what a pure factory returns to a Model."""

from collections.abc import Callable
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


def as_model(streams: tuple[str, ...] = (), **axes: str):
  """Decorates a factory of (init, apply), for xs='time inputs' [time, inputs].

  Where it draws from streams, apply takes `rngs`; where it moves collections,
  apply returns them too, as `Moved`.

  Raises:
    TypeError, ValueError: by its models, what `checks.checked` says.
  """
  return checked('pure', partial(build, streams), axes, streams)


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
    names = {mutable} if isinstance(mutable, str) else mutable
    return outputs, {
      name: updates.get(name, collection)
      for name, collection in variables.items()
      if mutable is True or name in names
    }

  return Model(init, apply_with)
