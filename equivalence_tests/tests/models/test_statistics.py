"""What the models that normalise over a batch do, in every way."""

import chex
import jax
import numpy as np
import pytest
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.ways import OWN, find

KEY = {'params': jax.random.key(0)}
MODELS = {
  'batch_norm': ({}, (3, 2)),
  'block': ({'features': 2}, (3, 2)),
  'batchnorm_rnn': ({'features': 2}, (3, 4, 2)),
}
EMPTY = {
  **MODELS,
  'batchnorm_rnn of an axis': (
    {'features': 2, 'statistics': 'axis'},
    (3, 4, 2),
  ),
}
STATISTICS = pytest.mark.parametrize('statistics', ['carry', 'axis'])


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


@pytest.fixture
def batch_norm(way):
  """Its factory of batch normalisations."""
  return way.factory('batch_norm')


@pytest.fixture
def block(way):
  """Its factory of blocks."""
  return way.factory('block')


@pytest.fixture
def batchnorm_rnn(way):
  """Its factory of recurrent networks with normalised inputs."""
  return way.factory('batchnorm_rnn')


def normal(*shape, seed=1):
  return jax.random.normal(jax.random.key(seed), shape)


def train(model, variables, xs, **options):
  """Outputs, and the variables with their statistics moved."""
  ys, updates = model.apply(variables, xs, mutable=['batch_stats'], **options)
  return ys, {**variables, **updates}


def flax_statistics(stats, batches, momentum):
  """Those that `nn.BatchNorm` has after the batches, one after the other."""
  layer = nn.BatchNorm(use_running_average=False, momentum=momentum)
  params = {'scale': jnp.ones(2), 'bias': jnp.zeros(2)}
  for batch in batches:
    variables = {'params': params, 'batch_stats': stats}
    _, updates = layer.apply(variables, batch, mutable=['batch_stats'])
    stats = updates['batch_stats']
  return stats


def assert_close(got, expected):
  chex.assert_trees_all_close(got, expected, rtol=1e-5, atol=1e-6)


def differ(a, b):
  return np.abs(np.asarray(a) - np.asarray(b)).max() > 1e-3


def test_a_batch_comes_out_with_mean_nought_and_variance_one(batch_norm):
  model, xs = batch_norm(), 3 + 5 * normal(8, 2)
  ys = model.apply(model.init(KEY, xs), xs)
  np.testing.assert_allclose(ys.mean(0), 0, atol=1e-5)
  np.testing.assert_allclose(ys.var(0), 1, rtol=1e-4)


def test_scale_and_bias_are_applied_last(batch_norm):
  model, xs = batch_norm(), normal(8, 2)
  variables = model.init(KEY, xs)
  params = {'scale': jnp.array([2.0, 3.0]), 'bias': jnp.array([4.0, 5.0])}
  plain = model.apply(variables, xs)
  ys = model.apply({**variables, 'params': params}, xs)
  assert_close(ys, plain * jnp.array([[2.0, 3.0]]) + jnp.array([[4.0, 5.0]]))


def test_one_example_alone_is_the_bias(batch_norm):
  model, xs = batch_norm(bias_init=lambda *_: jnp.ones(2)), normal(1, 2)
  np.testing.assert_array_equal(model.apply(model.init(KEY, xs), xs), [[1, 1]])


def test_its_variables_are_those_of_flax(batch_norm):
  xs = normal(3, 2)
  theirs = nn.BatchNorm(use_running_average=False).init(KEY, xs)
  chex.assert_trees_all_equal(dict(batch_norm().init(KEY, xs)), theirs)


def test_it_moves_and_evaluates_as_flax_does(batch_norm):
  xs = normal(3, 2)
  variables = theirs = batch_norm().init(KEY, xs)
  for seed in range(3):
    batch = normal(3, 2, seed=seed)
    ys, variables = train(batch_norm(), variables, batch)
    layer = nn.BatchNorm(use_running_average=False)
    expected, theirs = train(layer, theirs, batch)
    assert_close((ys, variables), (expected, theirs))
  ys = batch_norm(use_running_average=True).apply(variables, xs)
  layer = nn.BatchNorm(use_running_average=True)
  assert_close(ys, layer.apply(theirs, xs))


def test_momentum_is_what_is_kept_of_the_statistics(batch_norm):
  model, xs = batch_norm(momentum=0.0), normal(8, 2)
  _, variables = train(model, model.init(KEY, xs), xs)
  moments = {'mean': xs.mean(0), 'var': xs.var(0)}
  assert_close(variables['batch_stats'], moments)
  kept = batch_norm(momentum=0.5)
  _, variables = train(kept, variables, xs + 2)
  moments['mean'] += 1
  assert_close(variables['batch_stats'], moments)


def test_statistics_of_bfloat16_are_kept_in_float32(batch_norm):
  model = batch_norm(param_dtype='bfloat16')
  xs = normal(3, 2).astype('bfloat16')
  ys, variables = train(model, model.init(KEY, xs), xs)
  assert ys.dtype == 'bfloat16'
  dtypes = {leaf.dtype for leaf in jax.tree.leaves(variables['batch_stats'])}
  assert dtypes == {jnp.dtype('float32')}


@pytest.mark.parametrize('name', MODELS)
def test_init_leaves_the_statistics_where_flax_does(way, name):
  given, shape = MODELS[name]
  variables = way.factory(name)(**given).init(KEY, 7 + normal(*shape))
  leaves, _ = jax.tree_util.tree_flatten_with_path(variables['batch_stats'])
  got = {path[-1].key: leaf.tolist() for path, leaf in leaves}
  assert got == {'mean': [0, 0], 'var': [1, 1]}


@pytest.mark.parametrize('name', MODELS)
def test_applying_twice_moves_the_statistics_twice(way, name):
  given, shape = MODELS[name]
  model, xs = way.factory(name)(**given), 7 + normal(*shape)
  rngs = {'dropout': jax.random.key(2)} if name == 'block' else None
  before = model.init(KEY, xs)
  _, once = train(model, before, xs, rngs=rngs)
  _, twice = train(model, once, xs, rngs=rngs)
  old, one, two = (
    jax.tree.leaves(v['batch_stats']) for v in (before, once, twice)
  )
  left = 0.99 ** (shape[1] if name == 'batchnorm_rnn' else 1)
  for start, first, second in zip(old, one, two, strict=True):
    assert differ(first, start)
    np.testing.assert_allclose(
      second - first, left * (first - start), rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize('name', MODELS)
def test_without_mutable_the_outputs_are_the_same_and_nothing_moves(way, name):
  given, shape = MODELS[name]
  model, xs = way.factory(name)(**given), normal(*shape)
  rngs = {'dropout': jax.random.key(2)} if name == 'block' else None
  variables = model.init(KEY, xs)
  ys, _ = train(model, variables, xs, rngs=rngs)
  alone = model.apply(variables, xs, rngs=rngs)
  chex.assert_trees_all_equal(alone, ys)
  _, updates = model.apply(variables, xs, rngs=rngs, mutable=['cache'])
  assert not updates


@pytest.mark.parametrize('name', EMPTY)
def test_a_batch_of_nought_moves_no_statistics(way, name):
  given, shape = EMPTY[name]
  model = way.factory(name.split()[0])(**given)
  rngs = {'dropout': jax.random.key(2)} if name == 'block' else None
  _, variables = train(
    model, model.init(KEY, normal(*shape)), normal(*shape), rngs=rngs
  )
  nobody = jnp.zeros((0, *shape[1:]))
  ys, moved = train(model, variables, nobody, rngs=rngs)
  chex.assert_trees_all_equal(moved, dict(variables))
  for leaf in jax.tree.leaves(ys):
    assert len(leaf) == 0
  chex.assert_trees_all_equal(
    jax.tree.map(jnp.shape, model.init(KEY, nobody)),
    jax.tree.map(jnp.shape, dict(variables)),
  )


def test_a_batch_of_nought_leaves_nan_in_the_statistics_of_flax():
  layer = nn.BatchNorm(use_running_average=False)
  variables = layer.init(KEY, normal(3, 2))
  _, moved = train(layer, variables, jnp.zeros((0, 2)))
  for leaf in jax.tree.leaves(moved['batch_stats']):
    assert jnp.isnan(leaf).all()


def test_the_story_of_the_source(block):
  model, xs = block(3), jax.random.uniform(jax.random.key(1), (4, 4))
  keys = {'params': jax.random.key(2), 'dropout': jax.random.key(3)}
  variables = model.init(keys, xs)
  stream = {'dropout': jax.random.key(4)}
  ys, updates = model.apply(variables, xs, rngs=stream, mutable=['batch_stats'])
  np.testing.assert_allclose(ys.mean(0), 0, atol=1e-5)
  assert list(updates) == ['batch_stats']
  assert differ(
    updates['batch_stats']['batch_norm']['var'],
    variables['batch_stats']['batch_norm']['var'],
  )
  updated = {'params': variables['params'], **updates}
  evaluated = block(3, training=False).apply(updated, xs)
  numbers = jax.tree.map(np.asarray, updated)
  dense, norm = (numbers['params'][name] for name in ('dense', 'batch_norm'))
  stats = numbers['batch_stats']['batch_norm']
  x = np.asarray(xs) @ dense['kernel'] + dense['bias'] - stats['mean']
  scale = norm['scale'] / np.sqrt(stats['var'] + 1e-5)
  assert_close(evaluated, x * scale + norm['bias'])


def test_each_example_of_a_block_has_a_mask_of_its_own(block):
  model, xs = block(64), jnp.ones((2, 3))
  rngs = {'dropout': jax.random.key(2)}
  ys = model.apply(model.init(KEY, xs), xs, rngs=rngs)
  assert differ(ys[0], ys[1])


def test_only_training_draws_from_the_stream(block):
  xs = normal(3, 2)
  variables = block(2).init(KEY, xs)
  block(2, training=False).apply(variables, xs)
  with pytest.raises(ValueError, match=r"rngs: .*stream 'dropout'"):
    block(2).apply(variables, xs)


def projected(variables, xs):
  """What is normalised: every x_t W_xh, a batch [batch, features] a step."""
  kernel = variables['params']['cell']['input']['kernel']
  return [xs[:, t] @ kernel for t in range(xs.shape[1])]


def test_a_carry_of_statistics_moves_once_a_step(batchnorm_rnn):
  model, xs = batchnorm_rnn(2, momentum=0.5), normal(3, 4, 2)
  variables = model.init(KEY, xs)
  steps = projected(variables, xs)
  _, moved = train(model, variables, xs)
  stats = variables['batch_stats']['cell']['batch_norm']
  expected = flax_statistics(stats, steps, momentum=0.5)
  assert_close(moved['batch_stats']['cell']['batch_norm'], expected)


def test_an_axis_of_statistics_has_those_of_each_step(batchnorm_rnn):
  model = batchnorm_rnn(2, statistics='axis', momentum=0.5)
  xs = normal(3, 4, 2)
  variables = model.init(KEY, xs)
  _, moved = train(model, variables, xs)
  stats = variables['batch_stats']['cell']['batch_norm']
  got = moved['batch_stats']['cell']['batch_norm']
  for t, step in enumerate(projected(variables, xs)):
    before = jax.tree.map(lambda s, t=t: s[t], stats)
    after = jax.tree.map(lambda s, t=t: s[t], got)
    assert_close(after, flax_statistics(before, [step], momentum=0.5))


def test_the_two_kinds_of_statistics_differ_in_evaluation_only(batchnorm_rnn):
  carry, axis = (batchnorm_rnn(2, s) for s in ('carry', 'axis'))
  xs = normal(3, 4, 2)
  trained, theirs = (train(m, m.init(KEY, xs), xs) for m in (carry, axis))
  assert_close(trained[0], theirs[0])
  kinds = ('carry', trained[1]), ('axis', theirs[1])
  (_, one), (_, other) = (
    batchnorm_rnn(2, kind, use_running_average=True).apply(variables, xs)
    for kind, variables in kinds
  )
  assert differ(one, other)


@STATISTICS
def test_in_evaluation_an_example_does_not_see_the_others(
  batchnorm_rnn, statistics
):
  model = batchnorm_rnn(2, statistics, use_running_average=True)
  xs = normal(3, 4, 2)
  variables = model.init(KEY, xs)
  others = xs.at[1:].add(5)
  h, hs = model.apply(variables, xs)
  h_then, hs_then = model.apply(variables, others)
  np.testing.assert_array_equal(h[0], h_then[0])
  np.testing.assert_array_equal(hs[0], hs_then[0])
  assert differ(hs[1:], hs_then[1:])


@STATISTICS
def test_in_training_an_example_sees_the_others(batchnorm_rnn, statistics):
  model, xs = batchnorm_rnn(2, statistics), normal(3, 4, 2)
  variables = model.init(KEY, xs)
  _, hs = model.apply(variables, xs)
  _, then = model.apply(variables, xs.at[1:].multiply(-5))
  assert differ(hs[0], then[0])


@STATISTICS
def test_evaluation_moves_no_statistics(batchnorm_rnn, statistics):
  model = batchnorm_rnn(2, statistics, use_running_average=True)
  xs = normal(3, 4, 2)
  variables = model.init(KEY, xs)
  _, moved = train(model, variables, xs)
  chex.assert_trees_all_equal(moved, dict(variables))


@STATISTICS
def test_statistics_that_cannot_move_are_read(batchnorm_rnn, statistics):
  model, xs = batchnorm_rnn(2, statistics), normal(3, 4, 2)
  _, variables = train(model, model.init(KEY, xs), xs)
  still = batchnorm_rnn(2, statistics, use_running_average=True)
  ys, _ = train(still, variables, xs)
  chex.assert_trees_all_equal(still.apply(variables, xs), ys)
  chex.assert_trees_all_equal(
    model.apply(variables, xs), train(model, variables, xs)[0]
  )


def test_a_carry_is_for_any_length_and_an_axis_for_one(batchnorm_rnn):
  xs = normal(3, 4, 2)
  carry, axis = (batchnorm_rnn(2, s) for s in ('carry', 'axis'))
  _, hs = carry.apply(carry.init(KEY, xs), xs[:, :2])
  assert hs.shape == (3, 2, 2)
  with pytest.raises(ValueError, match=r'expected shape \(2, 2\)'):
    axis.apply(axis.init(KEY, xs), xs[:, :2])


@STATISTICS
def test_no_steps_move_nothing(batchnorm_rnn, statistics):
  model, xs = batchnorm_rnn(2, statistics), jnp.zeros((3, 0, 2))
  variables = model.init(KEY, xs)
  (h, hs), moved = train(model, variables, xs)
  np.testing.assert_array_equal(h, jnp.zeros((3, 2)))
  assert hs.shape == (3, 0, 2)
  chex.assert_trees_all_equal(moved, dict(variables))
