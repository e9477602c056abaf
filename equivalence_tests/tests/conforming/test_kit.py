"""The kit sees what is wrong with a transform, in the scenario that says so."""

from functools import partial

import jax
import pytest
from flax.core import lift, meta
from jax import numpy as jnp

from equivalence_tests.conforming import SCENARIOS, check
from equivalence_tests.conforming.bodies import INSIDE
from equivalence_tests.conforming.lifted import Numbers
from equivalence_tests.templates.transform import conformance
from equivalence_tests.tests.conforming.table import TABLE

RIGHT = {lifted.name: lifted for lifted in TABLE}
TIMES = RIGHT['times_over']
REMAT = RIGHT['remat']


def with_(**how):
  """times_over with other arguments, on scopes and in linen."""
  options = {**conformance.HOW, **how}
  return TIMES._replace(
    scope=partial(conformance.scope_form, **options),
    linen=partial(conformance.linen_form, **options),
  )


def without_keywords(f):
  """remat that drops what it is given by name."""
  return lambda scope, h, **kwargs: lift.remat(f)(scope, h)


def of_the_first(f):
  """remat that hands the first of several scopes to all."""

  def lifted(scopes, h):
    if isinstance(scopes, tuple):
      scopes = (scopes[0],) * len(scopes)
    return lift.remat(f)(scopes, h)

  return lifted


def unboxed(f):
  """remat that takes the variables out of their boxes."""
  out = partial(lift.map_variables, mapped_collections='params', init=True)
  return lambda scope, h: out(f, map_out_fn=meta.unbox)(scope, h)


def late(f):
  """A transform that draws once before it begins."""

  def lifted(scope, h, **kwargs):
    if scope.has_rng('noise'):
      scope.make_rng('noise')
    return lift.remat(f)(scope, h, **kwargs)

  return lifted


def cut(f):
  """One that no derivative comes back through."""
  return lambda scope, h, **kwargs: jax.lax.stop_gradient(
    lift.remat(f)(scope, h, **kwargs)
  )


def eager(f):
  """One that looks at what is inside of it: under jit it cannot."""

  def lifted(scope, h, **kwargs):
    assert float(jnp.sum(h)) < 100
    return f(scope, h, **kwargs)

  return lifted


def traced_only(f):
  """One that is right only where it is traced."""

  def lifted(scope, h, **kwargs):
    y = lift.remat(f)(scope, h, **kwargs)
    return y if isinstance(h, jax.core.Tracer) else y + 1

  return lifted


def moving(f):
  """One that moves the state again, when `init` has made it."""

  def lifted(scope, h, **kwargs):
    y = lift.remat(f)(scope, h, **kwargs)
    first = scope.get_flag('initializing', False)
    if first and scope.has_variable('count', 'n'):
      scope.put_variable('count', 'n', jnp.ones(()))
    return y

  return lifted


def hasty(f):
  """One that counts on the state to be mutable."""

  def lifted(scope, h, **kwargs):
    y = lift.remat(f)(scope, h, **kwargs)
    return y if scope.is_mutable_collection('count') else y + 1

  return lifted


def marked(f):
  """One that notes that it has been here."""

  def lifted(scope, h, **kwargs):
    if scope.is_mutable_collection('been'):
      scope.put_variable('been', 'here', h)
    return lift.remat(f)(scope, h, **kwargs)

  return lifted


def of_arrays(f):
  """One that takes what it is given for an array."""
  return lambda scope, h, **kwargs: lift.remat(f)(scope, h * 1, **kwargs)


def typed_only(f):
  """One that takes raw keys for something else."""

  def lifted(scope, h, **kwargs):
    key = scope.rngs['params'].rng if 'params' in scope.rngs else None
    y = lift.remat(f)(scope, h, **kwargs)
    raw = key is not None and key.dtype == 'uint32'
    return y + 1 if raw else y

  return lifted


def one_more(step, variables, keys, h):
  """The pure form, with a step more that nobody looks at."""
  y, moved = conformance.pure(step, variables, keys, h)
  return y * 1.0, moved


WRONG = {
  'a turn too few': (with_(count=2), 'each target is the loop'),
  'state that is not carried': (
    with_(variable_carry=False),
    'each target is the loop',
  ),
  'one key for all turns': (with_(split_rngs={'noise': False}), 'around jit'),
  'initial values of split keys': (
    with_(split_rngs={'noise': True, 'params': True}),
    'init makes what the steps would',
  ),
  'all turns in init': (
    TIMES._replace(began=None),
    'init returns what its steps would',
  ),
  'another in linen': (
    TIMES._replace(linen=with_(count=2).linen),
    'the forms are one program',
  ),
  'another pure form': (
    TIMES._replace(pure=one_more),
    'the pure form is their program',
  ),
  'keywords dropped': (
    REMAT._replace(scope=without_keywords),
    'keyword arguments',
  ),
  'one scope for all': (
    REMAT._replace(scope=of_the_first),
    'several scopes at once',
  ),
  'boxes lost': (REMAT._replace(scope=unboxed), 'boxed variables'),
  'right where it is traced alone': (
    REMAT._replace(scope=traced_only),
    'each target is the loop',
  ),
  'a draw before': (REMAT._replace(scope=late), 'each target is the loop'),
  'state moved by init': (
    REMAT._replace(scope=moving),
    'init makes what the steps would',
  ),
  'state taken for mutable': (
    REMAT._replace(scope=hasty),
    'state moves only where it may',
  ),
  'a mark left': (
    REMAT._replace(scope=marked),
    'nothing of its own is left',
  ),
  'arrays alone': (REMAT._replace(scope=of_arrays), 'any tree goes through'),
  'raw keys taken for others': (
    REMAT._replace(scope=typed_only),
    'keys of either kind',
  ),
  'something refused that is not': (
    REMAT._replace(refuses={'inside of jvp': 'no jvp'}),
    'inside of jvp',
  ),
  'something refused in other words': (
    RIGHT['custom_vjp']._replace(refuses={'inside of jvp': 'no such words'}),
    'inside of jvp',
  ),
  **{
    f'not under {name}': (REMAT._replace(scope=eager), f'inside of {name}')
    for name in ('jit', 'remat', 'vmap')
  },
  **{
    f'nothing comes through it under {name}': (
      REMAT._replace(scope=cut),
      f'inside of {name}',
    )
    for name in ('grad', 'jvp')
  },
  **{
    f'numbers of another draw around {name}': (
      REMAT._replace(numbers=Numbers(1, 2, 1)),
      f'around {name}',
    )
    for name in filter(None, INSIDE)
  },
}


@pytest.mark.parametrize('wrong', WRONG)
def test_a_wrong_transform_is_seen(wrong):
  lifted, scenario = WRONG[wrong]
  with pytest.raises(AssertionError, match=f'{lifted.name}'):
    check(lifted, scenario)


def test_every_scenario_sees_something():
  assert {scenario for _, scenario in WRONG.values()} == {*SCENARIOS}


def test_what_it_says_names_transform_target_and_leaf():
  said = r'^times_over of a scope: leaf \[0\]: expected \[.*\], got \['
  with pytest.raises(AssertionError, match=said):
    check(with_(count=2), 'each target is the loop')


def test_what_breaks_down_is_named_too():
  said = '^remat: inside of jit: expected a result, got Concretization'
  with pytest.raises(AssertionError, match=said):
    check(REMAT._replace(scope=eager), 'inside of jit')
