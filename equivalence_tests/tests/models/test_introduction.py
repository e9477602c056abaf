"""What the models of the Linen introduction do, and what of it has changed."""

import jax
import numpy as np
import pytest
from flax import core, errors
from flax import linen as nn
from flax.core import lift
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.types import LSTMCarry
from equivalence_tests.suite.cases import Setting
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.oracle import dense as source
from equivalence_tests.suite.oracle import sequences
from equivalence_tests.suite.programs import PROGRAMS, subject
from equivalence_tests.suite.ways import OWN, find

KEY = {'params': jax.random.key(0)}
MLPS = ('mlp', 'explicit_mlp', 'jit_mlp', 'remat_mlp')
SOURCE = {
  'mlp': source.SimpleMLP,
  'explicit_mlp': source.ExplicitMLP,
  'jit_mlp': lambda features: source.SimpleMLP(features, nn.jit),
  'remat_mlp': nn.remat(source.SimpleMLP),
}
THEIR_INITS = {
  'kernel_init': nn.initializers.lecun_normal(),
  'bias_init': nn.initializers.zeros_init(),
}


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def normal(*shape, seed=1):
  return jax.random.normal(jax.random.key(seed), shape)


def equal(one, other):
  return jax.tree.structure(one) == jax.tree.structure(other) and jax.tree.all(
    jax.tree.map(np.array_equal, one, other)
  )


def shapes(tree):
  return jax.tree.map(jnp.shape, tree)


@pytest.mark.parametrize('program', PROGRAMS)
def test_layers_in_a_list_are_the_program_of_layers_made_at_the_call(
  way, program
):
  row = CASES['mlp'].rows[0]
  compact, explicit = (
    subject(way, CASES[model], row).text(program)
    for model in ('mlp', 'explicit_mlp')
  )
  assert compact == explicit


@pytest.mark.parametrize('program', PROGRAMS)
def test_a_size_that_is_given_makes_the_program_of_one_that_is_inferred(
  way, program
):
  inferred = subject(
    way, CASES['dense'], Setting({'features': 3}, {'inputs': 2})
  )
  case = CASES['explicit_dense']
  assert inferred.text(program) == subject(way, case, case.rows[0]).text(
    program
  )


@pytest.mark.parametrize('model', MLPS)
def test_its_tree_is_the_one_that_the_source_prints(way, model):
  variables = way.factory(model)([3, 4, 5]).init(KEY, normal(4))
  assert shapes(variables)['params'] == {
    'layers_0': {'bias': (3,), 'kernel': (4, 3)},
    'layers_1': {'bias': (4,), 'kernel': (3, 4)},
    'layers_2': {'bias': (5,), 'kernel': (4, 5)},
  }


@pytest.mark.parametrize('model', MLPS)
def test_of_their_initializers_it_has_the_initial_values_of_the_source(
  way, model
):
  ours = way.factory(model)((3, 3), **THEIR_INITS).init(KEY, normal(3))
  assert equal(ours, SOURCE[model]((3, 3)).init(KEY['params'], normal(5, 3)))


@pytest.mark.parametrize('model', MLPS)
def test_vmapped_it_returns_what_the_source_returns_for_a_batch(way, model):
  xs = normal(5, 3)
  theirs = SOURCE[model]((3, 2))
  variables = theirs.init(jax.random.key(0), xs)
  one = way.factory(model)((3, 2)).apply
  ours = jax.vmap(lambda x: one(variables, x))(xs)
  np.testing.assert_allclose(ours, theirs.apply(variables, xs), rtol=1e-5)


def test_the_explicit_dense_layer_is_that_of_the_source(way):
  x, theirs = normal(4), source.ExplicitDense(features_in=4, features=3)
  model = way.factory('explicit_dense')(3, features_in=4, **THEIR_INITS)
  variables = model.init(KEY, x)
  assert equal(variables, theirs.init(KEY['params'], x))
  np.testing.assert_array_equal(
    model.apply(variables, x), theirs.apply(variables, x)
  )


@pytest.mark.parametrize('model', MLPS)
def test_each_layer_but_the_last_is_cut_off_at_zero(way, model):
  layer = {'kernel': -jnp.eye(2), 'bias': jnp.zeros(2)}
  variables = {'params': {'layers_0': layer, 'layers_1': layer}}
  y = way.factory(model)((2, 2)).apply(variables, jnp.array([1.0, -2.0]))
  np.testing.assert_array_equal(y, [0.0, -2.0])


def test_jit_draws_2_and_3_of_a_key_that_is_the_first_draw_of_the_layer(way):
  init = lambda key, shape: jax.random.normal(key, shape)
  model = way.factory('jit_mlp')((2, 2), kernel_init=init, bias_init=init)
  layers = model.init(KEY, normal(2))['params']
  for name in ('layers_0', 'layers_1'):
    root = derive(KEY['params'], name, 1)
    np.testing.assert_array_equal(
      layers[name]['kernel'], init(derive(root, 2), (2, 2))
    )
    np.testing.assert_array_equal(
      layers[name]['bias'], init(derive(root, 3), (2,))
    )


def test_jit_changes_the_initial_values_of_every_layer_and_remat_of_none(way):
  plain, jitted, rematted = (
    way.factory(model)((3, 3)).init(KEY, normal(3))['params']
    for model in ('mlp', 'jit_mlp', 'remat_mlp')
  )
  assert equal(plain, rematted)
  for name, layer in plain.items():
    assert not jnp.any(layer['kernel'] == jitted[name]['kernel'])


def test_two_layers_under_jit_begin_apart(way):
  layers = way.factory('jit_mlp')((3, 3)).init(KEY, normal(3))['params']
  kernels = layers['layers_0']['kernel'], layers['layers_1']['kernel']
  assert not jnp.any(kernels[0] == kernels[1])


def test_a_layer_under_jit_is_traced_once(way):
  traced = []

  def init(key, shape, dtype):
    traced.append(shape)
    return jax.random.normal(key, shape, dtype)

  model = way.factory('jit_mlp')((3, 2), kernel_init=init)
  first = model.init(KEY, normal(4))
  assert traced == [(4, 3), (3, 2)]
  assert equal(first, model.init(KEY, normal(4)))
  assert traced == [(4, 3), (3, 2)]


def kept(way, model):
  """The sizes of what is kept from the outputs to their vjp."""
  apply, x = way.factory(model)((7, 5)).apply, normal(3)
  variables = way.factory(model)((7, 5)).init(KEY, x)
  _, vjp = jax.vjp(apply, variables, x)
  return sorted(leaf.size for leaf in jax.tree.leaves(vjp))


def test_remat_keeps_what_it_is_given_and_no_hidden_layer(way):
  given = [3, 5, 7, 21, 35]  # x, and the parameters
  assert set(kept(way, 'remat_mlp')) <= set(given)
  assert kept(way, 'mlp').count(7) > kept(way, 'remat_mlp').count(7)


class Dropping(nn.Module):
  """A dropout of one name under a transform."""

  transform: object

  @nn.compact
  def __call__(self, x):
    layer = self.transform(nn.Dropout)
    return layer(0.5, deterministic=False, name='dropout')(x)


def dropped(transform, xs):
  """What comes of xs, and of its gradient, under the transform."""
  rngs = {'dropout': jax.random.key(2)}
  apply = lambda xs: Dropping(transform).apply({}, xs, rngs=rngs)
  y, vjp = jax.vjp(apply, xs)
  return y, vjp(jnp.ones_like(xs))[0]


def test_remat_draws_the_mask_of_the_undecorated_and_once_more_for_the_vjp():
  plain = dropped(lambda module: module, jnp.ones(64))
  assert equal(plain, dropped(nn.remat, jnp.ones(64)))
  assert equal(plain[0], plain[1])


def test_jit_draws_another_mask_by_the_rule_of_its_parameters():
  xs = jnp.ones(64)
  y, gradient = dropped(nn.jit, xs)
  key = derive(derive(jax.random.key(2), 'dropout', 1), 2)
  mask = jax.random.bernoulli(key, 0.5, xs.shape)
  np.testing.assert_array_equal(y, jnp.where(mask, 2.0, 0.0))
  assert equal(y, gradient)
  assert not equal(y, dropped(lambda module: module, xs)[0])


def weights(transform, *more):
  """Two scopes under a transform of core, each with a parameter."""

  def draw(scope, *_):
    return scope.param('w', lambda key: jax.random.normal(key, (3,)))

  def root(scope):
    for name in ('one', 'two'):
      scope.child(transform(draw), name)(*more)

  _, variables = core.init(root)(jax.random.key(0))
  return variables['params']['one']['w'], variables['params']['two']['w']


def test_the_jit_of_core_alone_forgets_the_path_and_all_its_scopes_draw_alike():
  one, two = weights(lift.jit, 'key of the cache')
  first = jax.random.normal(derive(jax.random.key(0), 1), (3,))
  np.testing.assert_array_equal(one, first)
  np.testing.assert_array_equal(two, first)
  assert not equal(*weights(lift.checkpoint))


def test_the_jit_of_core_takes_a_key_of_its_cache_before_the_arguments():
  double = lambda scope, cache_key, x: 2 * x
  apply = core.apply(lambda scope, *args: lift.jit(double)(scope, *args))
  assert apply({}, 'key of the cache', 3) == 6
  with pytest.raises(TypeError, match="required positional argument: 'x'"):
    apply({}, 3)


def lstm_of(cell):
  return {'params': {'cell': cell['params']['lstm_cell']}}


def test_the_scan_of_a_batch_is_the_lstm_of_each_example(way):
  xs = normal(2, 4, 3)
  model, lstm = way.factory('simple_scan')(), way.factory('lstm')(3)
  variables = model.init(KEY, xs)
  (c, h), hs = model.apply(variables, xs)
  for b in range(2):
    (c_b, h_b), hs_b = lstm.apply(lstm_of(variables), xs[b])
    for got, want in ((c[b], c_b), (h[b], h_b), (hs[b], hs_b)):
      np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-7)


def test_the_scan_of_a_batch_returns_its_last_step(way):
  xs = normal(2, 4, 3)
  model = way.factory('simple_scan')()
  carry, hs = model.apply(model.init(KEY, xs), xs)
  assert isinstance(carry, LSTMCarry)
  np.testing.assert_array_equal(carry.h, hs[:, -1])


def test_the_scan_of_a_batch_is_that_of_the_source(way):
  xs, theirs = normal(2, 4, 3), sequences.SimpleScan()
  model = way.factory('simple_scan')(
    recurrent_init=nn.initializers.zeros, **THEIR_INITS
  )
  variables = theirs.init(KEY['params'], xs)
  assert equal(variables, model.init(KEY, xs))
  drawn = way.factory('simple_scan')().init(KEY, xs)
  jax.tree.map(
    lambda want, got: np.testing.assert_allclose(got, want, rtol=1e-6),
    jax.tree.leaves(theirs.apply(drawn, xs)),
    jax.tree.leaves(model.apply(drawn, xs)),
  )


def test_the_initialize_carry_of_the_source_no_longer_runs():
  """`initialize_carry` is a method of a cell, and takes the shape of x."""
  with pytest.raises(TypeError, match="'int' object is not subscriptable"):
    nn.LSTMCell.initialize_carry(jax.random.PRNGKey(0), (1,), 2)
  c, h = nn.LSTMCell(2).initialize_carry(jax.random.PRNGKey(0), (1, 2))
  assert c.shape == h.shape == (1, 2)


def test_the_scanned_cell_of_the_source_no_longer_runs_without_features():
  scanned = nn.scan(nn.LSTMCell, variable_broadcast='params')
  with pytest.raises(TypeError, match="required positional argument: 'fea"):
    scanned(name='lstm_cell')


class Block(nn.Module):
  """The source's, without its dropout: a layer, and a norm of the batch."""

  @nn.compact
  def __call__(self, xs):
    return nn.BatchNorm(use_running_average=False)(nn.Dense(3)(xs))


def test_the_pop_of_the_source_no_longer_gives_the_rest_and_the_params():
  """Variables are a plain dict: `pop` takes out the params, alone, in place."""
  xs = normal(5, 4)
  variables = Block().init(jax.random.key(0), xs)
  rest, params = core.pop(variables, 'params')
  _, popped = variables.pop('params')
  assert popped in ('BatchNorm_0', 'Dense_0')
  assert 'params' not in variables
  with pytest.raises(errors.ScopeCollectionNotFound, match='Dense_0'):
    Block().apply(variables, xs, mutable=['batch_stats'])
  _, updates = Block().apply({'params': params, **rest}, xs, mutable=[*rest])
  assert shapes(updates) == shapes(rest)


def test_the_names_of_setup_are_no_longer_made_to_agree():
  class Renamed(nn.Module):
    def setup(self):
      self.another = self.param('kernel', nn.initializers.zeros, (2, 2))

    def __call__(self, x):
      return x @ self.another

  variables = Renamed().init(jax.random.key(0), normal(2))
  assert shapes(variables) == {'params': {'kernel': (2, 2)}}
