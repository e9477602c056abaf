"""All that a way shows to the outside."""

import importlib
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from core_rnn.types import Variables


class Model(NamedTuple):
  """init: rngs, x -> variables; apply: variables, x -> y. Flax's convention.

  `init(rngs, xs)` takes a key a stream, `{'params': key}`, or a key alone.
  `apply(variables, xs, rngs=None, mutable=False)` returns the outputs, and
  where mutable is a filter of collections, `(outputs, updates)`. Which axes
  xs has, each model says: [time, inputs] for a recurrent one.
  """

  init: Callable[..., Variables]
  apply: Callable[..., Any]


class Named(NamedTuple):
  """A function of arrays [...], by where it is found.

  Pickle does so itself for plain functions, and not for `jnp.tanh`, which is
  jitted, or `jax.nn.relu`, which has a derivative of its own.
  """

  module: str
  name: str

  def find(self) -> Any:
    """The function; shape [...] to [...].

    Raises:
      ImportError, AttributeError: it is there no more.
    """
    module: Any = importlib.import_module(self.module)
    return reduce(getattr, self.name.split('.'), module)


class Made(Model):
  """A Model that pickles: as the factory and what it was called with, []."""

  origin: tuple[Callable[..., Model], Mapping[str, Any]] | None = None

  def __reduce__(self) -> tuple[Any, ...]:
    """How pickle makes it anew; of one that was replaced, as any Model."""
    if self.origin is None:
      return Model, tuple(self)
    factory, given = self.origin
    return remake, (factory, {name: by_place(given[name]) for name in given})


def remake(factory: Callable[..., Model], given: Mapping[str, Any]) -> Model:
  """What the factory makes of the hyperparameters, of shape []."""
  found = {
    name: value.find() if isinstance(value, Named) else value
    for name, value in given.items()
  }
  return factory(**found)


def by_place(value: Any) -> Any:
  """A function as Named, if it is found so; any other value, [], as it is."""
  name = getattr(value, '__name__', '')  # a ufunc of JAX has no other
  name = getattr(value, '__qualname__', name)
  place = Named(getattr(value, '__module__', ''), name)
  try:
    return place if place.find() is value else value
  except (ImportError, AttributeError, ValueError):
    return value
