"""What no model may take, and how it must say so."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import numpy as jnp

from core_rnn.model import Model
from core_rnn.types import Variables
from equivalence_tests.cases import Case, hyperparameters, shape
from equivalence_tests.ways import Way

WRONG = (
  ('features', ValueError, (0, -1)),
  ('features', TypeError, (2.0, '4', True, None)),
  ('unroll', ValueError, (0,)),
  ('unroll', TypeError, (1.5,)),
  ('reverse', TypeError, ('yes',)),
  ('activation', TypeError, ('tanh',)),
  ('kernel_init', TypeError, (0.1,)),
  ('dtype', TypeError, ('int32', 'complex64', 'no dtype')),
  ('param_dtype', TypeError, ('int32', 'float64', None)),
)


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
    x: a value of it.
    rngs: what `init` takes.
    variables: what `init` returns.
  """

  case: Case
  name: str
  factory: Callable[..., Model]
  hyperparameters: dict[str, Any]
  model: Model
  argument: str
  x: jax.Array
  rngs: dict[str, jax.Array]
  variables: Variables

  def init(self, label, kind, argument, rngs, *xs) -> Bad:
    """A bad call of `init`."""
    call = partial(self.model.init, rngs, *xs)
    return Bad(label, self.name, kind, argument, call)

  def apply(self, label, kind, argument, variables, *xs, **options) -> Bad:
    """A bad call of `apply`."""
    call = partial(self.model.apply, variables, *xs, **options)
    return Bad(label, self.name, kind, argument, call)


def bad_inputs(case: Case, way: Way) -> list[Bad]:
  """Every bad call of the way's model: of its factory, init and apply."""
  factory = way.factory(case.model)
  assert factory is not None
  setting = case.rows[0]
  usual = hyperparameters(setting)
  model = factory(**usual)
  first = next(iter(case.arguments))
  x = jnp.zeros(shape(case, setting, first))
  rngs = {'params': jax.random.key(0)}
  name = f'{way.name} {case.model}'
  variables = model.init(rngs, x)
  good = Good(case, name, factory, usual, model, first, x, rngs, variables)
  parts = (bad_factories, bad_arrays, bad_calls, bad_variables, bad_optional)
  return [bad for part in parts for bad in part(good)]


def bad_factories(good: Good) -> Iterator[Bad]:
  """A hyperparameter of a wrong type or value."""
  for argument, kind, values in WRONG:
    if argument in good.case.choices or argument.endswith('dtype'):
      for value in values:
        given = {**good.hyperparameters, argument: value}
        call = partial(good.factory, **given)
        yield Bad(f'{argument}={value!r}', good.name, kind, argument, call)


def bad_arrays(good: Good) -> Iterator[Bad]:
  """An argument of a wrong type, rank or dtype, of init and of apply."""
  x, argument = good.x, good.argument
  for what, kind, wrong in (
    ('one axis too few', ValueError, x[0]),
    ('one axis too many', ValueError, x[None]),
    ('integers', TypeError, x.astype(int)),
    ('complex numbers', TypeError, x.astype(complex)),
    ('a list', TypeError, x.tolist()),
    ('a dtype other than the parameters', TypeError, x.astype(jnp.bfloat16)),
  ):
    label = f'{argument}: {what}'
    yield good.init(label, kind, argument, good.rngs, wrong)
    yield good.apply(label, kind, argument, good.variables, wrong)


def bad_calls(good: Good) -> Iterator[Bad]:
  """Random streams that are none, and arguments too few or many."""
  x, rngs = good.x, good.rngs
  other = {'dropout': rngs['params']}
  number = {'params': 0}
  yield good.init('no rng', ValueError, 'rngs', {}, x)
  yield good.init('another stream only', ValueError, 'rngs', other, x)
  yield good.init('a number for a key', TypeError, "rngs['params']", number, x)
  yield good.init('no argument', TypeError, 'arguments', rngs)
  given = good.variables
  yield good.apply('an argument too many', TypeError, 'arguments', given, x, x)
  label = 'a number for a key, in apply'
  yield good.apply(label, TypeError, "rngs['params']", given, x, rngs=number)


def bad_variables(good: Good) -> Iterator[Bad]:
  """Variables that are not those of the model, or not for its argument."""
  x, variables = good.x, good.variables
  wider = jnp.zeros((*x.shape[:-1], x.shape[-1] + 1))
  for label, kind, wrong in (
    ('no collection', ValueError, {}),
    ('an unknown collection', ValueError, {**variables, 'parms': {}}),
    ('no mapping', TypeError, None),
    ("another model's", ValueError, {'params': {'another': {'w': x}}}),
    ('bfloat16', TypeError, jax.tree.map(jnp.bfloat16, variables)),
    ('a leaf too many', ValueError, merged(variables, {'more': x})),
    ('a number for a leaf', TypeError, jax.tree.map(lambda _: 0.0, variables)),
  ):
    yield good.apply(f'variables: {label}', kind, 'variables', wrong, x)
  yield good.apply('a last axis', ValueError, 'variables', variables, wider)


def merged(variables: Variables, more: Variables) -> Variables:
  """The variables, with more beside the parameters."""
  return {**variables, 'params': {**variables['params'], **more}}


def bad_optional(good: Good) -> Iterator[Bad]:
  """Optional arguments of a wrong type, rank or dtype."""
  x, variables = good.x, good.variables
  for argument in good.case.optional:
    right = shape(good.case, good.case.rows[0], argument)
    for label, kind, value in (
      ('one axis too many', ValueError, jnp.zeros((*right, 1))),
      ('another dtype', TypeError, jnp.zeros(right, jnp.bfloat16)),
      ('a number', TypeError, 0.0),
    ):
      label = f'{argument}: {label}'
      named = {argument: value}
      yield good.apply(label, kind, argument, variables, x, **named)
