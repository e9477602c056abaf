"""What the models see of their variables, in every way."""

import chex
import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.suite.ways import OWN, find

XS = jnp.linspace(-1, 1, 10).reshape(5, 2)


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def test_a_masked_kernel_begins_at_0_and_has_no_derivative_there(way):
  model = way.factory('causal_rnn')(4)
  variables = model.init(jax.random.key(0), XS)
  slopes = jax.grad(lambda v: model.apply(v, XS)[0].sum())(variables)
  below = np.tril_indices(4, -1)
  for tree in (variables, slopes):
    kernel = np.asarray(tree['params']['cell']['elman']['recurrent'])
    assert not kernel[below].any()
    assert kernel[np.triu_indices(4)].all()


def test_a_unit_does_not_see_those_after_it(way):
  model = way.factory('causal_rnn')(4)
  variables = model.init(jax.random.key(0), XS)
  cell = variables['params']['cell']['elman']
  bias = cell['input']['bias'].at[-1].set(1.0)
  other = {**cell, 'input': {**cell['input'], 'bias': bias}}
  _, before = model.apply(variables, XS)
  _, after = model.apply({'params': {'cell': {'elman': other}}}, XS)
  chex.assert_trees_all_equal(before[:, :-1], after[:, :-1])
  assert not jnp.allclose(before[:, -1], after[:, -1])


def test_the_average_begins_at_the_parameters_and_follows_them(way):
  model = way.factory('polyak_rnn')(3, momentum=0.75)
  variables = model.init(jax.random.key(0), XS)
  chex.assert_trees_all_equal(variables['average'], variables['params'])
  doubled = jax.tree.map(lambda leaf: 2 * leaf, variables['params'])
  moved = {**variables, 'params': doubled}
  _, updates = model.apply(moved, XS, mutable=['average'])
  expected = jax.tree.map(lambda leaf: 1.25 * leaf, variables['average'])
  chex.assert_trees_all_close(updates['average'], expected, rtol=1e-6)


def test_the_average_stands_for_the_parameters_and_stays(way):
  model = way.factory('polyak_rnn')(3, averaged=True)
  variables = model.init(jax.random.key(0), XS)
  doubled = jax.tree.map(lambda leaf: 2 * leaf, variables['params'])
  moved = {**variables, 'params': doubled}
  outputs, updates = model.apply(moved, XS, mutable=['average'])
  plain = way.factory('elman')(3)
  expected = plain.apply({'params': variables['average']}, XS)
  chex.assert_trees_all_close(outputs, expected, rtol=1e-6)
  chex.assert_trees_all_equal(updates['average'], variables['average'])
