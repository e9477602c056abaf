"""Ways made deaf from outside: their factories and models wrapped, not edited.

A deaf way ignores what it is given; an exchanging one takes one thing for
another. What there is to be deaf to is read off the signatures and the cases,
so a model that is added is held to it at once.
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

FIXED = 7  # of the key that a way takes, whatever is given
Factory = Callable[..., Model]


class Wrapped(Way):
  """A way, one factory of which is wrapped."""

  made: Factory

  def factory(self, model: str) -> Factory:
    """The wrapped factory, whatever the model."""
    return self.made


class Deafness(NamedTuple):
  """What a way is deaf to.

  Attributes:
    names: the hyperparameters or arguments that it ignores or exchanges.
    words: what it does.
    wrap: a factory -> one that does so.
    change: what it does to the hyperparameters, if to these.
  """

  names: tuple[str, ...]
  words: str
  wrap: Callable[[Factory], Factory]
  change: Callable[[dict[str, Any]], dict[str, Any]] | None = None

  def of(self, way: Way, model: str) -> Wrapped:
    """The way, its model made deaf."""
    factory = way.factory(model)
    assert factory is not None
    wrapped = Wrapped(*way)
    wrapped.made = self.wrap(factory)
    return wrapped


def moved(
  change: Callable[[dict[str, Any]], dict[str, Any]], factory: Factory
) -> Factory:
  """A factory that changes what it is given, all of it by name."""

  @functools.wraps(factory)
  def moved_factory(*args: Any, **kwargs: Any) -> Model:
    bound = inspect.signature(factory).bind(*args, **kwargs)
    bound.apply_defaults()
    return factory(**change(dict(bound.arguments)))

  return moved_factory


def ignoring(name: str) -> Deafness:
  """A way in which a hyperparameter is always at its default."""
  without = lambda given: {n: v for n, v in given.items() if n != name}
  wrap = functools.partial(moved, without)
  return Deafness((name,), f'ignores {name}', wrap, without)


def exchanging(one: str, other: str) -> Deafness:
  """A way that takes one hyperparameter for another."""
  swap = lambda given: {**given, one: given[other], other: given[one]}
  wrap = functools.partial(moved, swap)
  return Deafness((one, other), f'exchanges {one} and {other}', wrap, swap)


def ignoring_any(model: str) -> list[Deafness]:
  """Deaf to one hyperparameter that has a default, for each of these."""
  known = parameters(model)
  return [ignoring(name) for name in known if not is_required(known[name])]


def exchanging_any(model: str) -> list[Deafness]:
  """Taking two of one kind for each other, for each such two."""
  return [exchanging(one, other) for one, other in alike(model)]


def remade(
  name: str, words: str, init: Callable[..., Any], apply: Callable[..., Any]
) -> Deafness:
  """A way whose models call those of the other by way of init and apply."""

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
  """The call itself."""
  return call(*args, **kwargs)


def ignoring_optional(name: str) -> Deafness:
  """A way that never looks at an optional argument."""

  def apply(call, *args, **kwargs):
    kwargs.pop(name, None)
    return call(*args, **kwargs)

  return remade(name, f'ignores {name}', as_it_is, apply)


def ignoring_mutable() -> Deafness:
  """A way that never returns what moved."""

  def apply(call, *args, mutable=False, **kwargs):
    return call(*args, **kwargs)

  return remade('mutable', 'ignores mutable', as_it_is, apply)


def fixing(stream: str) -> Deafness:
  """A way that draws alike, whatever the key of a stream is."""

  def fixed(rngs):
    return {**rngs, stream: jax.random.key(FIXED)}

  def init(call, rngs, *args, **kwargs):
    return call(fixed(rngs), *args, **kwargs)

  def apply(call, *args, rngs=None, **kwargs):
    rngs = fixed(rngs) if rngs and stream in rngs else rngs
    return call(*args, rngs=rngs, **kwargs)

  return remade(stream, f'has a fixed key for {stream}', init, apply)


def blotting(number: int, name: str, entry: int) -> Deafness:
  """A way that takes one entry of an argument, the first or last, for 0."""

  def blotted(x):
    return x.at[(entry,) * x.ndim].set(0) if x.size else x

  def apply(call, variables, *xs, **kwargs):
    xs = (*xs[:number], blotted(xs[number]), *xs[number + 1 :])
    return call(variables, *xs, **kwargs)

  words = f'ignores entry {entry} of {name}'
  return remade(name, words, as_it_is, apply)


def of_calls(case: Case) -> Iterator[Deafness]:
  """Deaf to what `init` and `apply` are given, one thing each."""
  yield from map(ignoring_optional, case.optional)
  draws = ('params',) if is_mixed(case.model) else ()
  yield from map(fixing, (*draws, *case.streams))
  for number, name in enumerate(case.arguments):
    yield from (blotting(number, name, entry) for entry in (0, -1))
  if case.state:
    yield ignoring_mutable()
