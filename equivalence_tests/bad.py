"""What no model may take, and how it must say so."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, get_origin

import jax
from jax import numpy as jnp

from core_rnn.model import Model
from core_rnn.types import Variables
from equivalence_tests.cases import Case, hyperparameters, structs
from equivalence_tests.ways import Way

SIZES = ((ValueError, (0, -1)), (TypeError, (2.0, '4', True, None)))
DTYPES = ('int32', 'complex64', 'no dtype')
Wrong = tuple[tuple[type[Exception], tuple[Any, ...]], ...]


def wrong(parameter: inspect.Parameter) -> Wrong:
  """What a hyperparameter may not be, and the kind of exception it raises."""
  name, annotation = parameter.name, parameter.annotation
  if name.endswith(('axis', 'axes')):
    one = (0,) if annotation == Sequence[int] else ()
    return ((TypeError, ('first', 0.5, *one)),)
  if annotation is int:
    return SIZES
  if annotation == int | None:
    return ((ValueError, (0, -1)), (TypeError, (2.0, '4', True)))
  if get_origin(annotation) is tuple:
    return ((ValueError, ((), (3,), (3, 0), (3, 3, 3))), (TypeError, (3,)))
  if annotation == Sequence[int]:
    return ((ValueError, ((), (3, 0))), (TypeError, (3, (2.0,))))
  if annotation is bool:
    return ((TypeError, ('yes',)),)
  if annotation is float:
    return ((ValueError, (1.0, -0.1)), (TypeError, ('half',)))
  if get_origin(annotation) is Literal:
    return ((ValueError, ('nothing',)),)
  if name.endswith('dtype'):
    more = ('float64', None) if name == 'param_dtype' else ()
    return ((TypeError, (*DTYPES, *more)),)
  return ((TypeError, (0.1,)),)


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
    """Whether the error is of the kind, and its message says what it must."""
    message = str(error)
    return (
      type(error) is self.kind
      and message.startswith(f'{self.way}: {self.argument}')
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
    call = partial(self.model.init, rngs, *xs)
    return Bad(label, self.name, kind, argument, call)

  def apply(self, label, kind, argument, variables, *xs, **options) -> Bad:
    """A bad call of `apply`."""
    draws = {s: self.rngs['params'] for s in self.case.streams}
    options = {'rngs': draws, **options} if draws else options
    call = partial(self.model.apply, variables, *xs, **options)
    return Bad(label, self.name, kind, argument, call)


def bad_inputs(case: Case, way: Way) -> list[Bad]:
  """Every bad call of the way's model: of its factory, init and apply."""
  factory = way.factory(case.model)
  assert factory is not None
  setting = case.rows[0]
  usual = hyperparameters(setting)
  model = factory(**usual)
  shapes = tuple(structs(case, setting, name) for name in case.arguments)
  xs = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), shapes)
  rngs = {'params': jax.random.key(0)}
  name = f'{way.name} {case.model}'
  made = jax.eval_shape(model.init, rngs, *xs)
  variables = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), made)
  first = next(iter(case.arguments), 'arguments')
  good = Good(case, name, factory, usual, model, first, xs, rngs, variables)
  parts = (bad_factories, bad_arrays, bad_calls, bad_variables, bad_optional)
  return [bad for part in parts for bad in part(good)]


def bad_factories(good: Good) -> Iterator[Bad]:
  """A hyperparameter of a wrong type or value."""
  for name, parameter in inspect.signature(good.factory).parameters.items():
    for kind, values in wrong(parameter):
      for value in values:
        given = {**good.hyperparameters, name: value}
        call = partial(good.factory, **given)
        yield Bad(f'{name}={value!r}', good.name, kind, name, call)


def bad_arrays(good: Good) -> Iterator[Bad]:
  """An argument of a wrong type, rank or dtype, of init and of apply."""
  if not good.xs:
    return
  (x, *rest), argument = good.xs, good.argument
  other = x.astype(jnp.bfloat16)
  twice = jnp.concatenate([x, x], -1)
  parameters = inspect.signature(good.factory).parameters
  stored = 'param_dtype' in parameters
  sized = good.case.arguments[argument] in parameters
  for what, kind, bad in (
    ('one axis too few', ValueError, x.sum(0)),
    ('one axis too many', ValueError, x[None]),
    ('integers', TypeError, x.astype(int)),
    ('complex numbers', TypeError, x.astype(complex)),
    ('a list', TypeError, x.tolist()),
    *((('another dtype than theirs', TypeError, other),) if stored else ()),
    *((('twice the size', ValueError, twice),) if sized else ()),
  ):
    label = f'{argument}: {what}'
    yield good.init(label, kind, argument, good.rngs, bad, *rest)
    yield good.apply(label, kind, argument, good.variables, bad, *rest)


def bad_calls(good: Good) -> Iterator[Bad]:
  """Random streams that are none, and arguments too few or many."""
  xs, rngs = good.xs, good.rngs
  other = {'other': rngs['params']}
  number = {'params': 0}
  stream = "rngs['params']"
  yield good.init('no rng', ValueError, 'rngs', {}, *xs)
  yield good.init('another stream only', ValueError, 'rngs', other, *xs)
  yield good.init('a number for a key', TypeError, stream, number, *xs)
  more = (*xs, jnp.zeros(2))
  given = good.variables
  yield good.init('an argument too many', TypeError, 'arguments', rngs, *more)
  yield good.apply('one too many', TypeError, 'arguments', given, *more)
  if xs:
    yield good.apply('one too few', TypeError, 'arguments', given, *xs[1:])
  if good.case.streams:
    yield good.apply('no stream', ValueError, 'rngs', given, *xs, rngs=None)
    yield good.apply(
      'a stream for another', ValueError, 'rngs', given, *xs, rngs=other
    )
  numbers = dict.fromkeys(('params', *good.case.streams), 0)
  label = 'a number for a key, in apply'
  yield good.apply(label, TypeError, 'rngs[', given, *xs, rngs=numbers)


def bad_variables(good: Good) -> Iterator[Bad]:
  """Variables that are not those of the model, or not for its argument."""
  xs, variables = good.xs, good.variables
  leaf = jnp.zeros(2)
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
    ('bfloat16', TypeError, jax.tree.map(jnp.bfloat16, variables)),
    ('a leaf too many', ValueError, more),
    ('a number for a leaf', TypeError, jax.tree.map(lambda _: 0.0, variables)),
  ):
    yield good.apply(f'variables: {label}', kind, 'variables', bad, *xs)
  if 'inputs' in good.case.sizes:
    wider = jax.tree.map(lambda x: jnp.concatenate([x, x], -1), xs)
    label = 'twice the inputs'
    yield good.apply(label, ValueError, 'variables', variables, *wider)


def bad_optional(good: Good) -> Iterator[Bad]:
  """Optional arguments of a wrong type, rank or dtype."""
  for argument in good.case.optional:
    right = structs(good.case, good.case.rows[0], argument)
    axis = jax.tree.map(lambda s: jnp.zeros((*s.shape, 1), s.dtype), right)
    other = jax.tree.map(lambda s: jnp.zeros(s.shape, jnp.bfloat16), right)
    for label, kind, value in (
      ('one axis too many', ValueError, axis),
      ('another dtype', TypeError, other),
      ('a number', TypeError, jax.tree.map(lambda _: 0.0, right)),
    ):
      label = f'{argument}: {label}'
      named = {argument: value}
      yield good.apply(label, kind, argument, good.variables, *good.xs, **named)
