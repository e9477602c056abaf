"""What no model may take, and how it must say so."""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple, get_origin

import jax
import numpy as np
from jax import numpy as jnp

from core_rnn.kinds import (
  Axes,
  Axis,
  Floating,
  Rate,
  Size,
  Sizes,
  Threshold,
  meaning,
)
from core_rnn.model import Model
from core_rnn.types import Variables
from equivalence_tests.suite.cases import Case, hyperparameters, structs
from equivalence_tests.suite.ways import OWN, Way

DTYPES = ('int32', 'complex64', 'no dtype', 'float64')
Wrong = tuple[tuple[type[Exception], tuple[Any, ...]], ...]
TOO_SMALL = (ValueError, (0, -1))
WRONG: tuple[tuple[Any, Wrong], ...] = (
  (bool, ((TypeError, ('yes',)),)),
  (Axis, ((TypeError, ('first', 0.5, True)),)),
  (Axes, ((TypeError, ('first', 0.5, 0)),)),
  (Size, (TOO_SMALL, (TypeError, (2.0, '4', True, None)))),
  (Size | None, (TOO_SMALL, (TypeError, (2.0, '4', True)))),
  (Sizes, ((ValueError, ((), (3, 0))), (TypeError, (3, (2.0,))))),
  (
    tuple[Size, Size],
    ((ValueError, ((), (3,), (3, 0), (3, 3, 3))), (TypeError, (3,))),
  ),
  (Threshold, ((ValueError, (-0.1,)), (TypeError, ('half', True)))),
  (Rate, ((ValueError, (1.0, -0.1)), (TypeError, ('half', True)))),
  (Floating, ((TypeError, (*DTYPES, None)),)),
  (Floating | None, ((TypeError, DTYPES),)),
)


def wrong(parameter: inspect.Parameter) -> Wrong:
  """What a hyperparameter may not be, and the kind of exception it raises."""
  kind = parameter.annotation
  if get_origin(meaning(kind)) is Literal:
    return ((ValueError, ('nothing',)),)
  for known, values in WRONG:
    if kind == known:
      return values
  return ((TypeError, (0.1,)),)  # it is a function


class Bad(NamedTuple):
  """A call that must be refused.

  Attributes:
    label: what is wrong with it.
    way: the name of the way and of the model, as the message begins.
    kind: the exception that must be raised.
    argument: what the message must name.
    call: the call.
  """

  label: str
  way: str
  kind: type[Exception]
  argument: str
  call: Callable[[], Any]

  def refused_by(self, error: Exception) -> bool:
    """Whether the error is of the kind, and its message says what it must.

    A way of ours begins with its name; another may begin with anything.
    """
    message, (way, model) = str(error), self.way.split()
    who = way if way in OWN else message.split(' ')[0]
    return (
      type(error) is self.kind
      and message.startswith(f'{who} {model}: {self.argument}')
      and ': expected ' in message
      and ', got ' in message
    )


class Good(NamedTuple):
  """What a way's model takes, for others to spoil.

  Attributes:
    case: what the suite knows of the model.
    name: the way and the model, as messages begin.
    factory: of the model, and what it takes.
    hyperparameters: that the factory takes.
    model: what the factory made of them.
    argument: the name of the first argument.
    xs: values of the arguments.
    rngs: what `init` takes, and what `apply` takes.
    variables: what `init` returns.
  """

  case: Case
  name: str
  factory: Callable[..., Model]
  hyperparameters: dict[str, Any]
  model: Model
  argument: str
  xs: tuple[Any, ...]
  rngs: dict[str, jax.Array]
  variables: Variables

  def init(self, label, kind, argument, rngs, *xs) -> Bad:
    """A bad call of `init`."""
    call = partial(self.model.init, rngs, *xs, **self.case.call)
    return Bad(label, self.name, kind, argument, call)

  def apply(self, label, kind, argument, variables, *xs, **options) -> Bad:
    """A bad call of `apply`."""
    draws = {s: self.rngs['params'] for s in self.case.streams}
    given = {'rngs': draws, **self.case.call} if draws else self.case.call
    options = {**given, **options}
    call = partial(self.model.apply, variables, *xs, **options)
    return Bad(label, self.name, kind, argument, call)


def bad_inputs(case: Case, way: Way) -> list[Bad]:
  """Every bad call of the way's model: of its factory, init and apply."""
  good = right(case, way)
  parts = (
    bad_factories,
    bad_arrays,
    bad_sizes,
    bad_divisors,
    bad_names,
    bad_calls,
    bad_streams,
    bad_filters,
    bad_variables,
    bad_containers,
    bad_optional,
  )
  return [bad for part in parts for bad in part(good)]


def right(case: Case, way: Way) -> Good:
  """What the way's model takes, in its first row."""
  factory = way.factory(case.model)
  assert factory is not None
  setting = case.rows[0]
  usual = hyperparameters(setting)
  model = factory(**usual)
  shapes = tuple(structs(case, setting, name) for name in case.arguments)
  xs = jax.tree.map(zeros, shapes)
  rngs = {'params': jax.random.key(0)}
  name = f'{way.name} {case.model}'
  init = partial(model.init, **case.call)
  variables = jax.tree.map(zeros, jax.eval_shape(init, rngs, *xs))
  first = next(iter(case.arguments), 'arguments')
  return Good(case, name, factory, usual, model, first, xs, rngs, variables)


def zeros(struct: jax.ShapeDtypeStruct) -> np.ndarray:
  """Zeros of a shape and dtype; NumPy's, as JAX would compile a program."""
  return np.zeros(struct.shape, struct.dtype)


def half(x: np.ndarray) -> np.ndarray:
  """x in bfloat16."""
  return x.astype(jnp.bfloat16)


def doubled(x: np.ndarray) -> np.ndarray:
  """x, one after the other; two of it where it is a number."""
  return np.concatenate([np.atleast_1d(x), np.atleast_1d(x)])


def bad_factories(good: Good) -> Iterator[Bad]:
  """A hyperparameter of a wrong type or value."""
  for name, parameter in inspect.signature(good.factory).parameters.items():
    for kind, values in wrong(parameter):
      for value in values:
        given = {**good.hyperparameters, name: value}
        call = partial(good.factory, **given)
        yield Bad(f'{name}={value!r}', good.name, kind, name, call)
    given = {**good.hyperparameters, name[1:]: 1}
    call = partial(good.factory, **given)
    yield Bad(f'{name} misspelt', good.name, TypeError, name[1:], call)


def bad_arrays(good: Good) -> Iterator[Bad]:
  """An argument of a wrong type, rank or dtype, of init and of apply."""
  if not good.xs:
    return
  (x, *rest), argument = good.xs, good.argument
  twice = np.concatenate([x, x], -1)
  parameters = inspect.signature(good.factory).parameters
  whole = argument in good.case.below
  stored = 'param_dtype' in parameters and not whole
  sized = good.case.arguments[argument] in parameters
  struct = jax.ShapeDtypeStruct(x.shape, x.dtype)
  yield good.apply(
    'a shape alone', TypeError, argument, good.variables, struct, *rest
  )
  for what, kind, bad in (
    ('one axis too few', ValueError, x.sum(0)),
    ('one axis too many', ValueError, x[None]),
    ('no such numbers', TypeError, half(x) if whole else x.astype(int)),
    ('complex numbers', TypeError, x.astype(complex)),
    ('a list', TypeError, x.tolist()),
    *((('another dtype than theirs', TypeError, half(x)),) if stored else ()),
    *((('twice the size', ValueError, twice),) if sized else ()),
  ):
    label = f'{argument}: {what}'
    yield good.init(label, kind, argument, good.rngs, bad, *rest)
    yield good.apply(label, kind, argument, good.variables, bad, *rest)


def axes_of(good: Good, argument: str) -> list[str]:
  """The names of the axes of an argument, in the first setting."""
  axes = good.case.arguments[argument]
  return (axes(good.case.rows[0]) if callable(axes) else axes).split()


def bad_sizes(good: Good) -> Iterator[Bad]:
  """An axis that is not as long as the axis of its name in another argument."""
  before: set[str] = set()
  for place, argument in enumerate(good.case.arguments):
    axes = axes_of(good, argument)
    for axis in before.intersection(axes):
      xs, number = list(good.xs), axes.index(axis)
      xs[place] = np.concatenate([xs[place], xs[place]], number)
      label = f'{argument}: twice the {axis}'
      yield good.init(label, ValueError, argument, good.rngs, *xs)
      yield good.apply(label, ValueError, argument, good.variables, *xs)
    before.update(axes)


def bad_divisors(good: Good) -> Iterator[Bad]:
  """A hyperparameter that does not divide what it must."""
  sizes = {**good.case.rows[0].sizes, **good.hyperparameters}
  taken = inspect.signature(good.factory).parameters
  for divisor, names in good.case.divisors.items():
    for name in names:
      others = {n: None for n in names if n != name and n in taken}
      given = {**good.hyperparameters, **others, divisor: sizes[name] + 1}

      def call(given: dict[str, Any] = given) -> Any:
        model = good.factory(**given)
        return model.init(good.rngs, *good.xs, **good.case.call)

      label = f'{divisor}={given[divisor]} for {name}={sizes[name]}'
      argument = name if name in taken else good.argument
      yield Bad(label, good.name, ValueError, argument, call)


def bad_names(good: Good) -> Iterator[Bad]:
  """Arguments by a name that the model does not have, or a misspelt one."""
  known = (*good.case.optional, 'mutable', 'rngs')
  for name in ('another', *(name[1:] for name in known)):
    label, named = f'an argument called {name}', {name: None}
    yield good.apply(label, TypeError, name, good.variables, *good.xs, **named)
    named = {**good.case.call, **named}
    call = partial(good.model.init, good.rngs, *good.xs, **named)
    yield Bad(f'{label}, in init', good.name, TypeError, name, call)


def bad_calls(good: Good) -> Iterator[Bad]:
  """Arguments too few or many."""
  xs, rngs, given = good.xs, good.rngs, good.variables
  more = (*xs, np.zeros(2, 'float32'))
  yield good.init('an argument too many', TypeError, 'arguments', rngs, *more)
  yield good.apply('one too many', TypeError, 'arguments', given, *more)
  if xs:
    yield good.apply('one too few', TypeError, 'arguments', given, *xs[1:])


def bad_streams(good: Good) -> Iterator[Bad]:
  """Random streams that are missing, or are none."""
  xs, given, key = good.xs, good.variables, good.rngs['params']
  other, stream = {'other': key}, "rngs['params']"
  several, words = jax.random.split(jax.random.key(0)), np.zeros(3, 'uint32')
  for label, kind, argument, bad in (
    ('no rng', ValueError, 'rngs', {}),
    ('another stream only', ValueError, 'rngs', other),
    ('a number for a key', TypeError, stream, {'params': 0}),
    ('two keys for one', TypeError, stream, {'params': several}),
    ('three words for a key', TypeError, stream, {'params': words}),
    ('a number for a stream', TypeError, 'rngs', {0: key}),
  ):
    yield good.init(label, kind, argument, bad, *xs)
  for stream in good.case.streams:
    named = f'rngs: expected a key for the stream {stream!r}'
    for label, missing in (
      ('no stream', None),
      ('a key alone', key),
      ('a stream for another', other),
    ):
      yield good.apply(label, ValueError, named, given, *xs, rngs=missing)
  numbers = dict.fromkeys(('params', *good.case.streams), 0)
  label = 'a number for a key, in apply'
  yield good.apply(label, TypeError, 'rngs[', given, *xs, rngs=numbers)


def bad_filters(good: Good) -> Iterator[Bad]:
  """What does not say which collections are mutable."""
  for label, bad in (
    ('None', None),
    ('a number', 3),
    ('a number among names', ['params', 3]),
    ('bytes', b'params'),
    ('an iterator', iter(['params'])),
    ('an array', np.ones(1, 'float32')),
  ):
    label, given = f'mutable: {label}', good.variables
    yield good.apply(label, TypeError, 'mutable', given, *good.xs, mutable=bad)


def bad_variables(good: Good) -> Iterator[Bad]:
  """Variables that are not those of the model, or not for its argument."""
  xs, variables = good.xs, good.variables
  leaf = np.zeros(2, 'float32')
  unknown = {**variables, 'parms': {}}
  for label, kind, bad in (
    ('an unknown collection', ValueError, unknown),
    ('no mapping', TypeError, None),
  ):
    yield good.apply(f'variables: {label}', kind, 'variables', bad, *xs)
  if not variables:
    return
  first = next(iter(variables))
  more = {**variables, first: {**variables[first], 'more': leaf}}
  for label, kind, bad in (
    ('no collection', ValueError, {}),
    ("another model's", ValueError, {first: {'another': {'w': leaf}}}),
    ('bfloat16', TypeError, jax.tree.map(half, variables)),
    ('a leaf too many', ValueError, more),
    ('a number for a leaf', TypeError, jax.tree.map(lambda _: 0.0, variables)),
  ):
    yield good.apply(f'variables: {label}', kind, 'variables', bad, *xs)
  if 'inputs' in good.case.sizes:
    wider = jax.tree.map(lambda x: np.concatenate([x, x], -1), xs)
    label = 'twice the inputs'
    yield good.apply(label, ValueError, 'variables', variables, *wider)


def bad_containers(good: Good) -> Iterator[Bad]:
  """Variables in what holds no names, or the wrong ones, at every depth."""
  xs, variables = good.xs, good.variables
  shapes = jax.tree.map(
    lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), variables
  )
  numbered: dict[Any, Any] = {**variables, 0: {}}
  spoilt = [
    ('a list', TypeError, list(variables.items())),
    ('a collection called 0', ValueError, numbered),
  ]
  if variables:
    first = next(iter(variables))
    spoilt += [
      ('shapes', TypeError, shapes),
      ('a number for a collection', TypeError, {**variables, first: 0.0}),
      ('a collection too deep', ValueError, {**variables, first: variables}),
    ]
  for label, kind, bad in spoilt:
    yield good.apply(f'variables: {label}', kind, 'variables', bad, *xs)


def bad_optional(good: Good) -> Iterator[Bad]:
  """Optional arguments of a wrong type, rank, size, dtype or container."""
  for argument in good.case.optional:
    right = structs(good.case, good.case.rows[0], argument)
    usual = jax.tree.map(zeros, right)
    axis = jax.tree.map(lambda x: x[..., None], usual)
    other = jax.tree.map(half, usual)
    named = {'another': usual} if isinstance(usual, tuple) else [usual]
    wrong_names = ValueError if isinstance(usual, tuple) else TypeError
    for label, kind, value in (
      ('one axis too many', ValueError, axis),
      ('twice the size', ValueError, jax.tree.map(doubled, usual)),
      ('another dtype', TypeError, other),
      ('a number', TypeError, jax.tree.map(lambda _: 0.0, right)),
      ('a number for it all', TypeError, 0.0),
      ('a word', TypeError, 'first'),
      ('shapes', TypeError, right),
      ('another container', wrong_names, named),
    ):
      label = f'{argument}: {label}'
      given = {argument: value}
      yield good.apply(label, kind, argument, good.variables, *good.xs, **given)
      given = {**good.case.call, **given}
      call = partial(good.model.init, good.rngs, *good.xs, **given)
      yield Bad(f'{label}, in init', good.name, kind, argument, call)
