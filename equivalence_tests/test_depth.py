"""What layers in a row do, in every way."""

import math
from functools import cache

import jax
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.state_space import System, discretised, kernel_of
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


def space(step, decay, dtype):
  """Variables of a state space of ones but for these, with a cache of 1/2."""
  step, decay = jnp.array(step, dtype), jnp.array(decay, dtype)
  names = {'step': step, 'decay': decay, 'D': jnp.ones_like(step)}
  params = {**names, 'B': jnp.ones_like(decay), 'C': jnp.ones_like(decay)}
  return {'params': params, 'cache': {'x': jnp.full_like(decay, 0.5)}}


@cache
def space_in(dtype, mode):
  """variables -> outputs and derivatives by every leaf, over three steps."""
  model = find('pure').factory('ssm')(
    2, state=2, mode=mode, param_dtype=dtype, dtype=dtype
  )

  def outputs(params, cache, us):
    variables = {'params': params, 'cache': cache}
    if mode == 'convolution':
      del variables['cache']
    return model.apply(variables, us)

  @jax.jit
  def product(variables):
    us = jnp.ones((3, 2), dtype)
    ys, pull = jax.vjp(outputs, variables['params'], variables['cache'], us)
    return ys, pull(jnp.ones_like(ys))

  return product


def any_number(dtype):
  most = float(jnp.finfo(dtype).max)
  rounded = lambda x: float(jnp.asarray(x, dtype))
  return st.floats(-20, 20).map(rounded) | st.floats(-most, most).map(rounded)


@pytest.mark.parametrize('dtype', ['float16', 'bfloat16', 'float32'])
@pytest.mark.parametrize('mode', ['convolution', 'recurrence'])
@given(st.data())
def test_a_state_space_is_finite_where_what_is_held_of_an_input_is(
  mode, dtype, data
):
  """That is less than exp(step), and less than exp(-decay), by the equation."""
  number = any_number(dtype)
  most = np.log(float(jnp.finfo(dtype).max)) - 8
  step = data.draw(st.lists(number, min_size=2, max_size=2), 'step')
  rows = st.tuples(
    *(
      number.filter(lambda d, s=s: min(s, -d) < most)
      for s in step
      for _ in '12'
    )
  )
  decay = np.reshape(data.draw(rows, 'decay'), (2, 2))
  leaves = space_in(dtype, mode)(space(step, decay, dtype))
  for path, leaf in jax.tree_util.tree_leaves_with_path(leaves):
    assert np.isfinite(np.asarray(leaf, float)).all(), path


def slope_of_the_mean(rate):
  """exp(r) - (exp(r) - 1) / r = sum_n n r^n / (n + 1)!, the sum near 0."""
  if rate < -1:
    return math.exp(rate) - math.expm1(rate) / rate
  return math.fsum(n * rate**n / math.factorial(n + 1) for n in range(1, 25))


@given(st.floats(-40, 5), st.floats(-40, 5))
def test_what_is_held_of_an_input_has_exact_derivatives(step, decay):
  with jax.enable_x64(True):

    def held(step, decay):
      ones = jnp.ones((1, 1))
      system = System(step[None], decay[None, None], ones, ones, ones[0])
      return discretised(system).b[0, 0]

    value, slopes = jax.value_and_grad(held, (0, 1))(
      *map(jnp.asarray, (step, decay))
    )
  rate = -math.exp(step + decay)
  expected = (
    -math.expm1(rate) * math.exp(-decay),
    math.exp(step + rate),
    math.exp(step) * slope_of_the_mean(rate),
  )
  np.testing.assert_allclose((value, *slopes), expected, rtol=1e-11)


@pytest.mark.parametrize('dtype', ['float16', 'bfloat16', 'float32'])
@given(st.floats(-1e4, 1e4, width=16), st.floats(-1e4, 1e4, width=16))
def test_a_kernel_and_its_derivatives_are_numbers_where_it_is_held_in_one(
  dtype, step, decay
):
  """b is exp(min(step, -decay)) at most, and all else is less."""
  assume(min(step, -decay) < 4)  # or b is no number of float16 itself

  def kernel(step, decay, ones):
    return kernel_of(System(step, decay, ones, ones, ones[0]), 3).sum()

  row = jnp.ones((1, 1), dtype)
  value, slopes = jax.jit(jax.value_and_grad(kernel, (0, 1)))(
    step * row[0], decay * row, row
  )
  assert np.isfinite([float(leaf.sum()) for leaf in (value, *slopes)]).all()


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
