"""What batches and ensembles of every way do."""

import itertools

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.suite.ways import OWN, find

KEY = {'params': jax.random.key(0)}


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def normal(*shape):
  return jax.random.normal(jax.random.key(1), shape)


@pytest.mark.parametrize(
  ('in_axes', 'out_axes'), [*itertools.product(range(3), range(3))]
)
def test_a_batch_stands_wherever_it_is_said_to(way, in_axes, out_axes):
  xs = normal(3, 5, 2)
  plain = way.factory('elman')(4)
  variables = plain.init(KEY, xs[0])
  each = [plain.apply(variables, x) for x in xs]
  model = way.factory('batched')(4, in_axes=in_axes, out_axes=out_axes)
  h, hs = model.apply(variables, jnp.moveaxis(xs, 0, in_axes))
  np.testing.assert_allclose(h, jnp.stack([h for h, _ in each]), rtol=1e-6)
  expected = jnp.stack([hs for _, hs in each], axis=out_axes)
  np.testing.assert_allclose(hs, expected, rtol=1e-6)


@pytest.mark.parametrize('batch', [0, 1])
def test_a_batch_may_be_of_none_or_of_one(way, batch):
  model, xs = way.factory('batched')(4), normal(batch, 5, 2)
  variables = model.init(KEY, xs)
  h, hs = model.apply(variables, xs)
  assert (h.shape, hs.shape) == ((batch, 4), (batch, 5, 4))


@pytest.mark.parametrize(
  ('name', 'how', 'axes'),
  [('normalised', {}, ()), ('nested', {'members': 3}, (3,))],
)
def test_so_may_one_that_is_normalised_or_nested(way, name, how, axes):
  model, xs = way.factory(name)(4, **how), normal(0, 5, 2)
  h, hs = model.apply(model.init(KEY, xs), xs)
  assert (h.shape, hs.shape) == ((*axes, 0, 4), (*axes, 0, 5, 4))


def test_the_parameters_of_a_batch_are_those_of_one_example(way):
  xs = normal(3, 5, 2)
  batched = way.factory('batched')(4).init(KEY, xs)
  alone = way.factory('elman')(4).init(KEY, xs[0])
  jax.tree.map(np.testing.assert_array_equal, batched, alone)


@pytest.mark.parametrize('axis', [0, 1, -1])
def test_a_member_of_an_ensemble_is_a_network_of_its_own(way, axis):
  xs = normal(5, 2)
  model = way.factory('ensemble')(4, 3, params_axis=axis)
  variables = model.init(KEY, xs)
  h, hs = model.apply(variables, xs)
  for member in range(3):
    own = jax.tree.map(
      lambda leaf, m=member: jnp.take(leaf, m, axis), variables
    )
    one, history = way.factory('elman')(4).apply(own, xs)
    np.testing.assert_allclose(h[member], one, rtol=1e-6)
    np.testing.assert_allclose(hs[member], history, rtol=1e-6)


@pytest.mark.parametrize('axis', [0, 1])
def test_the_shapes_of_an_ensemble_are_n_and_those_of_one(way, axis):
  """By `jax.eval_shape`, so that nothing is compiled."""
  xs = normal(5, 2)
  one = jax.eval_shape(way.factory('elman')(4).init, KEY, xs)
  model = way.factory('ensemble')(4, 3, params_axis=axis)
  many = jax.eval_shape(model.init, KEY, xs)

  def check(alone, members):
    shape = list(alone.shape)
    shape.insert(axis, 3)
    assert members.shape == tuple(shape)

  jax.tree.map(check, one, many)


def test_its_initial_values_are_those_of_single_inits(way):
  xs = normal(5, 2)
  plain = way.factory('elman')(4)
  keys = jax.random.split(jax.random.clone(KEY['params']), 3)
  singles = [plain.init({'params': key}, xs) for key in keys]
  expected = jax.tree.map(lambda *leaf: jnp.stack(leaf), *singles)
  got = way.factory('ensemble')(4, 3).init(KEY, xs)
  jax.tree.map(np.testing.assert_array_equal, expected, got)


def members(way, split_rngs):
  model = way.factory('ensemble')(4, 3, split_rngs=split_rngs)
  return model.init(KEY, normal(5, 2))['params']['cell']['recurrent']


def test_without_split_keys_every_member_starts_equal(way):
  recurrent = members(way, split_rngs=False)
  np.testing.assert_array_equal(recurrent, jnp.stack([recurrent[0]] * 3))


def test_with_split_keys_no_two_members_start_equal(way):
  first, second, third = members(way, split_rngs=True)
  for one, other in ((first, second), (first, third), (second, third)):
    assert not jnp.any(one == other)


def test_nesting_in_either_order_is_the_same_but_for_the_axes(way):
  xs = normal(2, 5, 3)
  by_member = way.factory('nested')(4, 3, outer='members')
  by_batch = way.factory('nested')(4, 3, outer='batch')
  variables = by_member.init(KEY, xs)
  jax.tree.map(np.testing.assert_array_equal, variables, by_batch.init(KEY, xs))
  for one, other in zip(
    by_member.apply(variables, xs), by_batch.apply(variables, xs), strict=True
  ):
    np.testing.assert_allclose(one, jnp.swapaxes(other, 0, 1), rtol=1e-6)


def test_normalising_sees_the_batch_by_the_name_of_its_axis(way):
  xs = normal(4, 5, 2)
  model = way.factory('normalised')(3)
  variables = model.init(KEY, xs)
  mean, var = xs.mean(0, keepdims=True), xs.var(0, keepdims=True)
  z = (xs - mean) / jnp.sqrt(var + 1e-5)
  expected, _ = way.factory('batched')(3).apply(variables, z)
  h, _ = model.apply(variables, xs)
  np.testing.assert_allclose(h, expected, rtol=1e-5, atol=1e-6)


def test_what_is_common_to_a_batch_is_normalised_away(way):
  xs = normal(4, 5, 2)
  model = way.factory('normalised')(3)
  variables = model.init(KEY, xs)
  h, _ = model.apply(variables, xs)
  moved, _ = model.apply(variables, 2 * xs + 7)
  np.testing.assert_allclose(h, moved, rtol=1e-3, atol=1e-4)


def test_equal_examples_have_finite_derivatives_in_float16(way):
  """The root of 1e-5 has one beyond float16, that a variance of 0 is times."""
  model = way.factory('normalised')(4, param_dtype=jnp.float16)
  xs = jnp.ones((3, 5, 2), jnp.float16)
  variables = model.init(KEY, xs)
  (_, hs), pull = jax.vjp(model.apply, variables, xs)
  for leaf in jax.tree.leaves(pull((hs[:, 0], hs))):
    assert jnp.isfinite(leaf).all()
