"""What no model may take, and how it must say so."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import numpy as jnp

from equivalence_tests.cases import Case, given, hyperparameters, shape
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
  ('param_dtype', TypeError, ('int32', 'float64')),
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


def bad_inputs(case: Case, way: Way) -> list[Bad]:
  """Every bad call of the way's model: of its factory, init and apply."""
  factory = way.factory(case.model)
  assert factory is not None
  setting = case.rows[0]
  usual = hyperparameters(setting)
  model = factory(**usual)
  name = f'{way.name} {case.model}'
  first, *_ = given(case, setting)
  x = jnp.zeros(shape(case, setting, first))
  rngs = {'params': jax.random.key(0)}
  variables = model.init(rngs, x)

  def init(label, kind, argument, rngs, *xs):
    return Bad(label, name, kind, argument, partial(model.init, rngs, *xs))

  def apply(label, kind, argument, variables, *xs, **options):
    call = partial(model.apply, variables, *xs, **options)
    return Bad(label, name, kind, argument, call)

  found = [
    Bad(
      f'{argument}={value!r}',
      name,
      kind,
      argument,
      partial(factory, **{**usual, argument: value}),
    )
    for argument, kind, values in WRONG
    if argument in case.choices or argument.endswith('dtype')
    for value in values
  ]
  for label, kind, wrong in (
    ('one axis too few', ValueError, x[0]),
    ('one axis too many', ValueError, x[None]),
    ('integers', TypeError, x.astype(int)),
    ('complex numbers', TypeError, x.astype(complex)),
    ('a list', TypeError, x.tolist()),
    ('a dtype other than the parameters', TypeError, x.astype(jnp.bfloat16)),
  ):
    found.append(init(f'{first}: {label}', kind, first, rngs, wrong))
    found.append(apply(f'{first}: {label}', kind, first, variables, wrong))
  wider = jnp.zeros((*x.shape[:-1], x.shape[-1] + 1))
  params = variables['params']
  other = {'params': {'of': {'another': {'model': x}}}}
  narrow = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), variables)
  found += [
    init('no rng', ValueError, 'rngs', {}, x),
    init(
      'another stream only', ValueError, 'rngs', {'dropout': rngs['params']}, x
    ),
    init('a number for a key', TypeError, "rngs['params']", {'params': 0}, x),
    init('no argument', TypeError, 'arguments', rngs),
    apply('one argument too many', TypeError, 'arguments', variables, x, x),
    apply('a wrong last axis', ValueError, 'variables', variables, wider),
    apply('no collection', ValueError, 'variables', {}, x),
    apply(
      'an unknown collection',
      ValueError,
      'variables',
      {**variables, 'parms': params},
      x,
    ),
    apply('no mapping', TypeError, 'variables', None, x),
    apply("another model's variables", ValueError, 'variables', other, x),
    apply('bfloat16 variables', TypeError, 'variables', narrow, x),
  ]
  for optional, axes in case.optional.items():
    sizes = {**setting.hyperparameters, **setting.sizes}
    good = tuple(sizes[axis] for axis in axes.split())
    for label, kind, value in (
      ('one axis too many', ValueError, jnp.zeros((*good, 1))),
      ('another dtype', TypeError, jnp.zeros(good, jnp.bfloat16)),
      ('a number', TypeError, 0.0),
    ):
      found.append(
        apply(
          f'{optional}: {label}',
          kind,
          optional,
          variables,
          x,
          **{optional: value},
        )
      )
  return found
