"""What layers in a row do, in every way."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from equivalence_tests.ways import OWN, find

KEYS = {'params': jax.random.key(0), 'dropout': jax.random.key(1)}
LAYERS = 3


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def normal(*shape, seed=2):
  return jax.random.normal(jax.random.key(seed), shape)


def restacked(variables):
  """layer_0, layer_1, ... -> one tree, with layers in front."""
  layers = [variables['params'][f'layer_{i}'] for i in range(LAYERS)]
  stacked = jax.tree.map(lambda *leaf: jnp.stack(leaf), *layers)
  return {'params': {'layers': stacked}}


@pytest.mark.parametrize('model', ['stack', 'layer_stack'])
def test_a_scan_is_the_loop_on_restacked_variables(way, model):
  xs = normal(5, 3)
  loop = way.factory('loop_stack')(3, LAYERS, deterministic=True)
  scan = way.factory(model)(3, LAYERS, deterministic=True)
  variables = loop.init(KEYS, xs)
  for expected, got in zip(
    loop.apply(variables, xs),
    scan.apply(restacked(variables), xs),
    strict=True,
  ):
    np.testing.assert_allclose(expected, got, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize('model', ['stack', 'layer_stack', 'loop_stack'])
def test_no_two_layers_start_equal(way, model):
  variables = way.factory(model)(3, LAYERS).init(KEYS, normal(5, 3))
  if model == 'loop_stack':
    variables = restacked(variables)
  recurrent = variables['params']['layers']['rnn']['cell']['recurrent']
  assert len(np.unique(np.asarray(recurrent).reshape(LAYERS, -1), axis=0)) == 3


def test_stack_and_layer_stack_start_apart(way):
  xs = normal(5, 3)
  scan, vmap = (
    way.factory(model)(3, LAYERS).init(KEYS, xs)['params']['layers']
    for model in ('stack', 'layer_stack')
  )
  for one, other in zip(
    jax.tree.leaves(scan), jax.tree.leaves(vmap), strict=True
  ):
    assert one.shape == other.shape
  assert not jnp.any(
    scan['rnn']['cell']['recurrent'] == vmap['rnn']['cell']['recurrent']
  )


def test_layers_drop_by_masks_of_their_own(way):
  """With all else silenced, what a layer adds shows its mask."""
  model = way.factory('stack')(8, LAYERS, rate=0.5)
  xs = jnp.zeros((1, 8))
  silent = jax.tree.map(jnp.zeros_like, model.init(KEYS, xs))
  cell = silent['params']['layers']['rnn']['cell']
  cell['input']['bias'] = jnp.ones((LAYERS, 8))
  one = jnp.tanh(1.0) * 2  # what a kept entry adds, at rate 1/2
  ys, _ = model.apply(silent, xs, rngs={'dropout': KEYS['dropout']})
  kept = np.round(np.asarray(ys / one), 3)
  assert set(kept.ravel()) <= {0.0, 1.0, 2.0, 3.0}
  assert len(set(kept.ravel())) > 2, 'one mask for all adds 0 or 3'


@pytest.mark.parametrize('model', ['stack', 'loop_stack', 'layer_stack'])
def test_no_key_is_needed_where_nothing_is_dropped(way, model):
  layers = way.factory(model)(3, LAYERS, deterministic=True)
  xs = normal(5, 3)
  ys, hs = layers.apply(layers.init(KEYS, xs), xs)
  assert (ys.shape, hs.shape) == ((5, 3), (LAYERS, 3))


def modes(way):
  return [
    way.factory('ssm')(2, state=3, mode=mode)
    for mode in ('convolution', 'recurrence')
  ]


@given(st.integers(0, 2**31), st.sampled_from([1, 6]))
@pytest.mark.parametrize('name', OWN)
def test_both_modes_of_a_state_space_give_the_same_outputs(name, seed, time):
  convolution, recurrence = modes(find(name))
  us = normal(time, 2, seed=seed)
  variables = recurrence.init({'params': jax.random.key(seed)}, us)
  ys = convolution.apply({'params': variables['params']}, us)
  np.testing.assert_allclose(
    ys, recurrence.apply(variables, us), rtol=1e-4, atol=1e-5
  )


def test_a_recurrence_goes_on_from_its_cache(way):
  _, model = modes(way)
  us = normal(6, 2)
  variables = model.init(KEYS, us)
  expected = model.apply(variables, us)
  pieces = []
  for u in jnp.split(us, 6):
    ys, updates = model.apply(variables, u, mutable=['cache'])
    variables = {**variables, **updates}
    pieces.append(ys)
  np.testing.assert_allclose(
    jnp.concatenate(pieces), expected, rtol=1e-5, atol=1e-6
  )


def test_init_leaves_the_cache_at_nought_and_apply_without_it_forgets(way):
  _, model = modes(way)
  us = normal(6, 2)
  variables = model.init(KEYS, us)
  assert not variables['cache']['x'].any()
  np.testing.assert_array_equal(
    model.apply(variables, us), model.apply(variables, us)
  )


def test_batched_setup_changes_no_output(way):
  us = normal(6, 2)
  outputs = []
  for on in (False, True):
    model = way.factory('ssm_stack')(2, LAYERS, batched_setup=on)
    outputs.append(model.apply(model.init(KEYS, us), us))
  np.testing.assert_allclose(*outputs, rtol=1e-5, atol=1e-6)


def exponentials(way, on):
  """How many are in front of the loop, and how many in it."""
  us = normal(6, 2)
  model = way.factory('ssm_stack')(2, LAYERS, batched_setup=on)
  variables = jax.eval_shape(model.init, KEYS, us)
  jaxpr = jax.make_jaxpr(model.apply)(variables, us).jaxpr
  jaxpr, _ = jax.interpreters.partial_eval.dce_jaxpr(jaxpr, [True])
  (loop,) = (e for e in jaxpr.eqns if e.primitive.name == 'scan')
  inside = str(loop).count(' exp')
  return str(jaxpr).count(' exp') - inside, inside


def test_with_it_the_kernels_are_computed_in_front_of_the_loop(way):
  before, inside = exponentials(way, True)
  assert (before > 0, inside) == (True, 0)


def test_without_it_every_iteration_computes_one(way):
  before, inside = exponentials(way, False)
  assert (before, inside > 0) == (0, True)
