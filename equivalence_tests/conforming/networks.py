"""A step, lifted: on a scope, and as each target that linen takes."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
from flax import core
from flax import linen as nn
from flax.core import Scope

from equivalence_tests.conforming.bodies import Body, Cell
from equivalence_tests.conforming.lifted import CELL, Lifted


class Model(NamedTuple):
  """init: keys, h -> what is returned, and variables; apply, as Flax has it."""

  init: Callable[..., Any]
  apply: Callable[..., Any]


def on_scope(t: Lifted, body: Body) -> Model:
  """A function of a scope, lifted as a child."""
  of_scopes = t.scope
  assert of_scopes is not None

  def network(scope: Scope, h: Any, **kwargs: Any) -> Any:
    lifted = of_scopes(t.body(body.on_scope))
    return t.call(scope.child(lifted, CELL), h, **kwargs)

  return of_scope(network)


def of_scope(network: Callable[..., Any]) -> Model:
  """init and apply of a function of a scope."""

  def apply(variables, h, mutable=False, **options):
    return core.apply(network, mutable)(variables, h, **options)

  return Model(core.init(network), apply)


def of_linen(module: nn.Module) -> Model:
  """init and apply of a module; init with what it returns, as that of core."""
  return Model(module.init_with_output, module.apply)


def as_function(t: Lifted, body: Body) -> Model:
  """A function of a module, lifted."""
  lifted = t.linen(t.body(lambda cell, h, **kwargs: cell(h, **kwargs)))

  class OfFunction(nn.Module):
    @nn.compact
    def __call__(self, h, **kwargs):
      return t.call(partial(lifted, Cell(body, name=CELL)), h, **kwargs)

  return of_linen(OfFunction())


def as_class(t: Lifted, body: Body) -> Model:
  """A class of modules, lifted."""

  class Step(nn.Module):
    @nn.compact
    def __call__(self, *args, **kwargs):
      return t.body(body.on_module)(self, *args, **kwargs)

  class OfClass(nn.Module):
    @nn.compact
    def __call__(self, h, **kwargs):
      return t.call(t.linen(Step)(name=CELL), h, **kwargs)

  return of_linen(OfClass())


def as_method(t: Lifted, body: Body) -> Model:
  """A method, lifted where it is defined."""

  def method(self, *args, **kwargs):
    return t.body(body.on_module)(self, *args, **kwargs)

  method.__name__ = '__call__'  # as it is called in the class

  class Step(nn.Module):
    __call__ = t.linen(nn.compact(method))

  class OfMethod(nn.Module):
    @nn.compact
    def __call__(self, h, **kwargs):
      return t.call(Step(name=CELL), h, **kwargs)

  return of_linen(OfMethod())


FORMS: dict[str, Callable[[Lifted, Body], Model]] = {
  'function': as_function,
  'class': as_class,
  'method': as_method,
}


def of_two_scopes(t: Lifted, body: Body) -> Model:
  """A function of two scopes at once: one step after the other."""
  of_scopes = t.scope
  assert of_scopes is not None

  def both(scopes: tuple[Scope, Scope], h: Any) -> Any:
    first, second = scopes
    return body.on_scope(second, body.on_scope(first, h))

  def network(scope: Scope, h: Any) -> Any:
    scopes = scope.push('first'), scope.push('second')
    return t.call(partial(of_scopes(t.body(both)), scopes), h)

  return of_scope(network)


def of_two_modules(t: Lifted, body: Body) -> Model:
  """The same of a module that has two."""

  class Two(nn.Module):
    first: nn.Module
    second: nn.Module

    def __call__(self, h):
      both = lambda self, h: self.second(self.first(h))
      return t.call(partial(t.linen(t.body(both)), self), h)

  return of_linen(Two(Cell(body), Cell(body)))


def inner(variables: Any) -> Any:
  """Variables of the child that is lifted, as its own."""
  return {collection: of[CELL] for collection, of in variables.items()}


def outer(variables: Any) -> Any:
  """The other way round."""
  return {collection: {CELL: of} for collection, of in variables.items()}


def keys(*streams: str) -> dict[str, Any]:
  """A key for each stream, that nobody has used: JAX watches that none is."""
  return {name: jax.random.key(i) for i, name in enumerate(streams)}
