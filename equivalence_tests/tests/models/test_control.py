"""What the models that decide in each step compute, in every way."""

from functools import partial

import chex
import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from flax.core import lift
from jax import numpy as jnp

from core_rnn.initializers import uniform
from equivalence_tests.suite.operations import Varying, count
from equivalence_tests.suite.ways import OWN, find

FEATURES = 3
LOUD, MIDDLING, QUIET = 2.0, 0.75, 0.25
TREES = 'same pytree structure'  # what JAX says of two branches


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def made(way, model, **hyperparameters):
  """A model of the way with weights that matter, and what it is applied to."""
  wide = {'recurrent_init': uniform(1.0), 'kernel_init': uniform(1.0)}
  one = way.factory(model)(FEATURES, **wide, **hyperparameters)
  xs = jnp.array([[LOUD], [QUIET], [MIDDLING], [LOUD]])
  return one, xs, one.init(jax.random.key(0), xs)


def elman(way, variables, *xs):
  """The last h of the Elman network, on the parameters of the cell in it."""
  model = way.factory('elman')(FEATURES)
  inner = {'params': {'cell': variables['params']['cell']['elman']}}
  h, _ = model.apply(inner, jnp.array(xs)[:, None])
  return h


def test_a_step_is_skipped_where_the_input_is_small(way):
  model, xs, variables = made(way, 'skip_rnn')
  h, hs = model.apply(variables, xs)
  chex.assert_trees_all_equal(hs[0], hs[1], hs[2])
  chex.assert_trees_all_equal(h, hs[3])
  np.testing.assert_allclose(h, elman(way, variables, LOUD, LOUD), rtol=1e-6)


def test_where_nothing_is_skipped_it_is_the_elman_network(way):
  model, xs, variables = made(way, 'skip_rnn', threshold=0.0)
  h, _ = model.apply(variables, xs)
  np.testing.assert_allclose(h, elman(way, variables, *xs[:, 0]), rtol=1e-6)


def test_a_quiet_input_takes_no_cell_and_a_middling_one_the_small_cell(way):
  model, xs, variables = made(way, 'graded_rnn')
  _, hs = model.apply(variables, xs[1:3])
  assert not hs[0].any()
  expected = elman(way, variables, MIDDLING)
  np.testing.assert_allclose(hs[1], expected, rtol=1e-6)


def test_a_loud_input_takes_the_large_cell(way):
  model, xs, variables = made(way, 'graded_rnn')
  h, _ = model.apply(variables, xs[:1])
  gru = way.factory('gru')(FEATURES)
  inner = {'params': {'cell': variables['params']['cell']['gru']}}
  np.testing.assert_allclose(h, gru.apply(inner, xs[:1])[0], rtol=1e-6)


@pytest.mark.parametrize(('limit', 'looks'), [(1, 2), (2, 3), (9, 3)])
def test_a_loud_input_is_looked_at_until_it_is_halved_enough(way, limit, looks):
  model, xs, variables = made(way, 'ponder_rnn', limit=limit)
  h, _ = model.apply(variables, xs[:1])
  expected = elman(way, variables, *[LOUD] * looks)
  np.testing.assert_allclose(h, expected, rtol=1e-6)


def test_the_derivative_is_that_of_the_last_look(way):
  model, xs, variables = made(way, 'ponder_rnn')
  whole = jax.grad(lambda v: model.apply(v, xs[:1])[0].sum())(variables)
  one = way.factory('elman')(FEATURES)
  inner = {'params': {'cell': variables['params']['cell']['elman']}}
  before = elman(way, variables, LOUD, LOUD)
  last = jax.grad(
    lambda v: one.apply(v, xs[:1], initial_carry=before)[0].sum()
  )(inner)
  chex.assert_trees_all_close(
    whole['params']['cell']['elman'], last['params']['cell'], rtol=1e-6
  )


@pytest.mark.parametrize('model', ['skip_rnn', 'graded_rnn', 'ponder_rnn'])
def test_what_it_takes_is_not_in_the_program(way, model):
  one, xs, variables = made(way, model)
  with pytest.raises(Varying):
    count(one.apply, variables, xs)


def update(scope, x):
  return x * scope.param('scale', nn.initializers.ones, ())


def skip(scope, x):
  return x


class Update(nn.Module):
  """A branch that makes a parameter, beside one that makes none."""

  @nn.compact
  def __call__(self, x):
    branch = lambda module, x: x * module.param('scale', nn.ones_init(), ())
    return nn.cond(True, branch, skip, self, x)


def test_a_branch_alone_may_make_no_parameters():
  alone = partial(lift.cond, True, update, skip)
  with pytest.raises(TypeError, match=TREES):
    core.init(alone)(jax.random.key(0), jnp.ones(2))
  with pytest.raises(TypeError, match=TREES):
    Update().init(jax.random.key(0), jnp.ones(2))


def test_a_loop_may_make_no_parameters():
  again = lambda scope, x: update(scope, x)
  loop = lambda scope, x: lift.while_loop(
    lambda _, x: x[0] < 1, again, scope, x
  )
  with pytest.raises(core.scope.errors.ScopeCollectionNotFound):
    core.init(loop)(jax.random.key(0), jnp.zeros(2))


def test_a_loop_moves_its_state_while_initialising_too():
  def count(scope, x):
    scope.put_variable('state', 'n', scope.get_variable('state', 'n') + 1)
    return x

  def loop(scope, x):
    scope.variable('state', 'n', lambda: 0)
    going = lambda scope, _: scope.get_variable('state', 'n') < 3
    return lift.while_loop(going, count, scope, x, carry_variables='state')

  _, variables = core.init(loop)(jax.random.key(0), jnp.zeros(2))
  assert variables['state']['n'] == 3
