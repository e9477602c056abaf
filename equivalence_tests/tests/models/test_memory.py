"""What the models that compute again remember, in every way."""

import chex
import jax
import pytest
from jax import numpy as jnp

from equivalence_tests.suite.ways import OWN, find


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def temporary(apply, *arguments):
  """Bytes that the compiled derivative takes beside arguments and results."""
  total = lambda *given: sum(
    jnp.sum(leaf) for leaf in jax.tree.leaves(apply(*given))
  )
  compiled = jax.jit(jax.grad(total)).lower(*arguments).compile()
  return compiled.memory_analysis().temp_size_in_bytes


def test_a_long_sequence_takes_less_where_states_alone_are_saved(way):
  xs = jnp.ones((500, 4))
  sizes = {}
  for saved in ('states', 'everything'):
    model = way.factory('remat_rnn')(32, saved=saved)
    variables = model.init(jax.random.key(0), xs)
    sizes[saved] = temporary(model.apply, variables, xs)
  assert sizes['states'] < 0.7 * sizes['everything']


@pytest.mark.parametrize('saved', ['states', 'products', 'everything'])
def test_what_is_saved_changes_no_derivative(way, saved):
  xs = jax.random.normal(jax.random.key(1), (5, 2))
  model = way.factory('remat_rnn')(3, saved=saved)
  variables = model.init(jax.random.key(0), xs)
  plain = way.factory('elman')(3)
  inner = {'params': {'cell': variables['params']['cell']['elman']}}
  slopes = jax.grad(lambda v: model.apply(v, xs)[0].sum())(variables)
  expected = jax.grad(lambda v: plain.apply(v, xs)[0].sum())(inner)
  chex.assert_trees_all_close(
    slopes['params']['cell']['elman'], expected['params']['cell'], rtol=1e-5
  )


def test_many_layers_take_less_in_groups(way):
  xs = jnp.ones((512, 16))  # many, or parameters are what takes memory
  sizes = {}
  for lengths in ((1, 256), (16, 16)):
    model = way.factory('remat_stack')(lengths)
    variables = model.init(jax.random.key(0), xs[0])
    many = jax.vmap(model.apply, (None, 0))
    sizes[lengths] = temporary(many, variables, xs)
  assert sizes[16, 16] < 0.7 * sizes[1, 256]


def test_groups_change_no_output(way):
  x = jnp.linspace(-1, 1, 3)
  one, other = (way.factory('remat_stack')(n) for n in ((2, 3), (3, 2)))
  variables = one.init(jax.random.key(0), x)
  regrouped = jax.tree.map(
    lambda leaf: leaf.reshape(3, 2, *leaf.shape[2:]), variables
  )
  chex.assert_trees_all_close(
    one.apply(variables, x), other.apply(regrouped, x), rtol=1e-6
  )


def test_no_two_layers_begin_alike(way):
  model = way.factory('remat_stack')((2, 3))
  variables = model.init(jax.random.key(0), jnp.ones(4))
  kernels = variables['params']['layers']['dense']['kernel'].reshape(6, -1)
  assert len({kernel.tobytes() for kernel in map(jax.device_get, kernels)}) == 6
