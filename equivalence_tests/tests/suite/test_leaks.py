"""The claim `leaks` sees what is used in a trace of JAX that is not its own."""

import jax
import pytest
from flax import linen as nn
from flax.core import apply, init, lift
from jax import lax
from jax import numpy as jnp

from equivalence_tests.meta.faults import Edit, Fault, plant
from equivalence_tests.suite.judge import judge
from equivalence_tests.suite.leaks import leaks, scopes_watched
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import find
from equivalence_tests.tests.meta.test_planted_faults import PLAN

XS = jnp.ones((4, 64))


def rngs():
  """Keys that nobody has used."""
  return {'params': jax.random.key(0), 'dropout': jax.random.key(1)}


class Drop(nn.Module):
  """(h, x) -> (h, x dropped)."""

  @nn.compact
  def __call__(self, h, x):
    return h, nn.Dropout(0.5, deterministic=False)(x)


def looped(body):
  """A loop over `Drop`; its body has the module from outside, its own, h, x."""

  class Loop(nn.Module):
    @nn.compact
    def __call__(self, xs):
      cell = Drop(name='cell')
      scan = nn.scan(
        lambda cell_, h, x: body(cell, cell_, h, x),
        split_rngs={'dropout': True},
      )
      return scan(cell, 0, xs)[1]

  return Loop()


def masks(model):
  """How many different masks four steps have."""
  ys = model.apply({}, XS, rngs=rngs())
  return len({tuple(row) for row in (ys == 0).tolist()})


def test_a_body_that_uses_a_module_from_outside_draws_once_and_is_seen():
  """Pitfall 4: nothing is raised, and the mask is the same in every step."""
  usual = looped(lambda outside, own, h, x: own(h, x))
  frozen = looped(lambda outside, own, h, x: outside(h, x))
  assert (masks(usual), masks(frozen)) == (4, 1)
  assert leaks(usual.apply, {}, XS, rngs=rngs()) == []
  found = leaks(frozen.apply, {}, XS, rngs=rngs())
  assert found == ['scope /cell makes a child in a trace not its own']


def test_a_scope_from_outside_is_seen_too():
  def draw(scope, x):
    return x * jax.random.uniform(scope.make_rng('dropout'))

  def loop(body):
    def run(scope, xs):
      step = lambda own, h, x: (h, draw(scope if body == 'outside' else own, x))
      scan = lift.scan(step, split_rngs={'dropout': True})
      return scan(scope, 0, xs)[1]

    return apply(run)

  ys = {body: loop(body)({}, XS, rngs=rngs()) for body in ('own', 'outside')}
  assert len({*ys['own'][:, 0].tolist()}) == 4
  assert len({*ys['outside'][:, 0].tolist()}) == 1
  assert leaks(loop('own'), {}, XS, rngs=rngs()) == []
  assert leaks(loop('outside'), {}, XS, rngs=rngs()) == [
    'scope / draws a key in a trace not its own'
  ]


class Raw(nn.Module):
  """`lax.scan` of JAX around modules, as one would write it of functions."""

  collection: str = 'params'

  @nn.compact
  def __call__(self, xs):
    def step(h, x):
      if self.collection == 'stats':
        self.put_variable('stats', 'last', x)
        return h, x
      return h, nn.Dense(2)(x)

    return lax.scan(step, 0, xs)[1]


def test_a_loop_of_jax_around_a_module_leaves_tracers_and_is_seen():
  """Pitfall 5: `init` raises nothing, and returns what was being traced."""
  variables = Raw().init(jax.random.key(0), XS)
  kernel = variables['params']['Dense_0']['kernel']
  assert isinstance(kernel, jax.core.Tracer)
  found = leaks(Raw().init, jax.random.key(0), XS)
  assert (
    "['params']['Dense_0']['kernel'] of what is returned is a tracer" in found
  )
  assert 'scope / makes a child in a trace not its own' in found


def test_state_that_is_put_from_such_a_loop_is_seen():
  apply_ = Raw('stats').apply
  found = leaks(apply_, {}, XS, mutable=['stats'])
  assert found == [
    'scope / puts a variable in a trace not its own',
    "[1]['stats']['last'] of what is returned is a tracer",
  ]


def test_what_is_raised_says_what_had_leaked():
  def failing():
    Raw('stats').apply({}, XS, mutable=['stats'])
    raise ArithmeticError('later')

  with pytest.raises(ArithmeticError, match='later') as caught:
    leaks(failing)
  said = 'scope / puts a variable in a trace not its own'
  assert caught.value.__notes__ == [said]


def test_what_is_called_inside_of_a_transform_is_refused():
  with pytest.raises(TypeError, match=r'leaks: expected arrays.*is a tracer'):
    jax.jit(lambda xs: leaks(jnp.sin, xs))(XS)


def test_flax_asks_a_scope_for_its_trace_where_it_is_used():
  """If it no longer did, the claim would hold of anything."""

  def network(scope):
    scope.child(lambda child: child.param('w', lambda key: 1), 'child')()
    scope.put_variable('state', 'n', 2)
    lift.checkpoint(lambda inner: inner.make_rng('params'))(scope)

  with scopes_watched() as watch:
    init(network)(jax.random.key(0))
  assert watch.uses >= 5
  assert watch.strays == []


def test_after_a_watch_nothing_is_watched():
  with scopes_watched() as watch:
    pass
  Drop().apply({}, 0, XS, rngs=rngs())
  assert watch.uses == 0


def test_a_way_that_uses_a_module_from_outside_fails_the_claim(
  tmp_path, monkeypatch
):
  made, step = "ZoneoutCell(n, name='cell')", '    def step(cell, h, valid_x):'
  texts = (
    (f'scan({made}', 'scan(outside'),
    (step, f'    outside = {made}\n{step}'),
    ('freeze_carry(cell, h_0)', 'freeze_carry(outside, h_0)'),
  )
  edits = {'linen': [Edit('chance/zoneout', *text) for text in texts]}
  fault = Fault('a module from outside', 'zoneout', 'leaks', edits)
  monkeypatch.syspath_prepend(tmp_path)
  ways = (find('pure'), plant(fault, 'linen', tmp_path))
  verdict = judge('leaks', CASES['zoneout'], ways, PLAN)
  assert verdict.fails
  assert 'draws a key in a trace not its own' in verdict.message
