"""The interface that every way offers: a model with `init` and `apply`."""

import importlib
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from core_rnn.types import Variables


class Model(NamedTuple):
  """Two functions with the calling convention of Flax.

  `init(rngs, xs)` takes a key for each stream, `{'params': key}`, or one key,
  and returns variables. `apply(variables, xs, rngs=None, mutable=False)`
  returns the outputs, or `(outputs, updates)` where mutable is a filter of
  collections. Each model documents the axes of xs, e.g. [time, inputs] for a
  recurrent one.
  """

  init: Callable[..., Variables]
  apply: Callable[..., Any]


class Named(NamedTuple):
  """A function by its module and name.

  Pickle does the same for plain functions, but not for `jnp.tanh`, which is
  jitted, or `jax.nn.relu`, which has a custom derivative.
  """

  module: str
  name: str

  def find(self) -> Any:
    """Return the function.

    Raises:
      ImportError: the module does not exist any more.
      AttributeError: the module has no such function any more.
    """
    module: Any = importlib.import_module(self.module)
    return reduce(getattr, self.name.split('.'), module)


class Made(Model):
  """A model that pickles as its factory and its hyperparameters."""

  origin: tuple[Callable[..., Model], Mapping[str, Any]] | None = None

  def __reduce__(self) -> tuple[Any, ...]:
    """Return the factory and hyperparameters for pickle."""
    if self.origin is None:
      return Model, tuple(self)
    factory, given = self.origin
    return remake, (factory, {name: by_place(given[name]) for name in given})


def remake(factory: Callable[..., Model], given: Mapping[str, Any]) -> Model:
  """Return the model that the factory makes of these hyperparameters."""
  found = {
    name: value.find() if isinstance(value, Named) else value
    for name, value in given.items()
  }
  return factory(**found)


def by_place(value: Any) -> Any:
  """Return a function as Named if it is found that way; else the value."""
  name = getattr(value, '__name__', '')  # a ufunc of JAX has no other
  name = getattr(value, '__qualname__', name)
  place = Named(getattr(value, '__module__', ''), name)
  try:
    return place if place.find() is value else value
  except (ImportError, AttributeError, ValueError):
    return value
