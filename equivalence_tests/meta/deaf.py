"""Ways that ignore a part of their input, made by wrapping their factories.

A deaf way ignores a hyperparameter or an argument, or takes one for another.
What there is to ignore is read off the signatures and the cases, so that a new
model needs no list.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax

from core_rnn.model import Model
from equivalence_tests.suite.blame import alike
from equivalence_tests.suite.cases import Case
from equivalence_tests.suite.covering import is_mixed, is_required, parameters
from equivalence_tests.suite.ways import Way

FIXED = 7  # seed of the key that a way uses instead of the given one
Factory = Callable[..., Model]


class Wrapped(Way):
  """A way whose factory is wrapped, for one model."""

  made: Factory

  def factory(self, model: str) -> Factory:
    """Return the wrapped factory, for any name of a model."""
    return self.made


class Deafness(NamedTuple):
  """What a way ignores or exchanges.

  Attributes:
    names: the hyperparameters or arguments that the way ignores or exchanges.
    words: what the way does, in words.
    wrap: a factory -> a factory of deaf models.
    change: what happens to the hyperparameters; None if it is about arguments.
  """

  names: tuple[str, ...]
  words: str
  wrap: Callable[[Factory], Factory]
  change: Callable[[dict[str, Any]], dict[str, Any]] | None = None

  def of(self, way: Way, model: str) -> Wrapped:
    """Return the way with its model made deaf."""
    factory = way.factory(model)
    assert factory is not None
    wrapped = Wrapped(*way)
    wrapped.made = self.wrap(factory)
    return wrapped


def moved(
  change: Callable[[dict[str, Any]], dict[str, Any]], factory: Factory
) -> Factory:
  """Return a factory that changes its hyperparameters, given by name."""

  @functools.wraps(factory)
  def moved_factory(*args: Any, **kwargs: Any) -> Model:
    bound = inspect.signature(factory).bind(*args, **kwargs)
    bound.apply_defaults()
    return factory(**change(dict(bound.arguments)))

  return moved_factory


def ignoring(*names: str) -> Deafness:
  """Return a way in which hyperparameters are always at their defaults."""
  without = lambda given: {n: v for n, v in given.items() if n not in names}
  wrap = functools.partial(moved, without)
  return Deafness(names, f'ignores {" and ".join(names)}', wrap, without)


def exchanging(one: str, other: str) -> Deafness:
  """Return a way that takes one hyperparameter for another."""
  swap = lambda given: {**given, one: given[other], other: given[one]}
  wrap = functools.partial(moved, swap)
  return Deafness((one, other), f'exchanges {one} and {other}', wrap, swap)


def with_default(model: str) -> list[str]:
  """Return the hyperparameters of a model that have a default."""
  known = parameters(model)
  return [name for name in known if not is_required(known[name])]


def ignoring_any(model: str) -> list[Deafness]:
  """Return a deafness for each hyperparameter that has a default."""
  return [ignoring(name) for name in with_default(model)]


def exchanging_any(model: str) -> list[Deafness]:
  """Return a deafness for each two hyperparameters of one kind."""
  return [exchanging(one, other) for one, other in alike(model)]


def remade(
  name: str, words: str, init: Callable[..., Any], apply: Callable[..., Any]
) -> Deafness:
  """Return a way whose models are called by the given `init` and `apply`.

  Args:
    name: what the way ignores.
    words: what the way does, in words.
    init: called with the `init` of the model, then with its arguments.
    apply: called with the `apply` of the model, then with its arguments.
  """

  def wrap(factory: Factory) -> Factory:
    @functools.wraps(factory)
    def remade_factory(*args: Any, **kwargs: Any) -> Model:
      model = factory(*args, **kwargs)
      return Model(
        functools.partial(init, model.init),
        functools.partial(apply, model.apply),
      )

    return remade_factory

  return Deafness((name,), words, wrap)


def as_it_is(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
  """Return what the call returns."""
  return call(*args, **kwargs)


def ignoring_optional(name: str) -> Deafness:
  """Return a way that ignores an optional argument."""

  def apply(call, *args, **kwargs):
    kwargs.pop(name, None)
    return call(*args, **kwargs)

  return remade(name, f'ignores {name}', as_it_is, apply)


def ignoring_mutable() -> Deafness:
  """Return a way that never returns updates."""

  def apply(call, *args, mutable=False, **kwargs):
    return call(*args, **kwargs)

  return remade('mutable', 'ignores mutable', as_it_is, apply)


def fixing(stream: str) -> Deafness:
  """Return a way that ignores the key of a stream, and uses a fixed one."""

  def fixed(rngs):
    return {**rngs, stream: jax.random.key(FIXED)}

  def init(call, rngs, *args, **kwargs):
    return call(fixed(rngs), *args, **kwargs)

  def apply(call, *args, rngs=None, **kwargs):
    rngs = fixed(rngs) if rngs and stream in rngs else rngs
    return call(*args, rngs=rngs, **kwargs)

  return remade(stream, f'has a fixed key for {stream}', init, apply)


def blotting(number: int, name: str, entry: int) -> Deafness:
  """Return a way that reads 0 for one entry of an argument.

  Args:
    number: the position of the argument, from 0.
    name: its name.
    entry: the index of the entry along every axis: 0 or -1.
  """

  def blotted(x):
    return x.at[(entry,) * x.ndim].set(0) if x.size else x

  def apply(call, variables, *xs, **kwargs):
    xs = (*xs[:number], blotted(xs[number]), *xs[number + 1 :])
    return call(variables, *xs, **kwargs)

  words = f'ignores entry {entry} of {name}'
  return remade(name, words, as_it_is, apply)


def of_calls(case: Case) -> Iterator[Deafness]:
  """Yield a deafness for each part of what `init` and `apply` are given."""
  yield from map(ignoring_optional, case.optional)
  draws = ('params',) if is_mixed(case.model) else ()
  yield from map(fixing, (*draws, *case.streams))
  for number, name in enumerate(case.arguments):
    yield from (blotting(number, name, entry) for entry in (0, -1))
  if case.state:
    yield ignoring_mutable()
