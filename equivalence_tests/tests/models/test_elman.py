"""What the Elman network of every way does."""

import chex
import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.suite.functions import (
  another_custom_w_init,
  custom_w_init,
)
from equivalence_tests.suite.ways import OWN, find

KEY = {'params': jax.random.key(0)}


@pytest.fixture(params=OWN)
def elman(request):
  """The factory of each way in turn."""
  return find(request.param).factory('elman')


def sequence(time, inputs, seed=0):
  return jax.random.normal(jax.random.key(seed), (time, inputs))


def test_it_returns_the_last_carry_and_the_whole_history(elman):
  model, xs = elman(3), sequence(5, 2)
  carry, history = model.apply(model.init(KEY, xs), xs)
  np.testing.assert_array_equal(carry, history[-1])


def test_its_shapes_are_those_that_the_scan_notebook_prints(elman):
  model, xs = elman(10), jax.ShapeDtypeStruct((20, 100), jnp.float32)
  variables = jax.eval_shape(model.init, KEY, xs)
  carry, history = jax.eval_shape(model.apply, variables, xs)
  assert carry.shape == (10,)
  assert history.shape == (20, 10)


def test_no_steps_return_the_initial_carry_and_no_history(elman):
  model, xs = elman(3), sequence(0, 2)
  initial_carry = jnp.array([1.0, 2.0, 3.0])
  variables = model.init(KEY, xs)
  carry, history = model.apply(variables, xs, initial_carry=initial_carry)
  np.testing.assert_array_equal(carry, initial_carry)
  assert history.shape == (0, 3)


def test_one_step_of_one_input_to_one_feature_is_the_equation(elman):
  model, xs = elman(1), jnp.array([[2.0]])
  cell = {
    'recurrent': jnp.array([[0.5]]),
    'input': {'kernel': jnp.array([[0.25]]), 'bias': jnp.array([0.125])},
  }
  _, history = model.apply(
    {'params': {'cell': cell}}, xs, initial_carry=jnp.array([4.0])
  )
  expected = np.tanh(4.0 * 0.5 + (2.0 * 0.25 + 0.125))
  np.testing.assert_allclose(history, [[expected]], rtol=1e-6)


def test_a_sequence_is_its_parts_one_after_the_other(elman):
  model, xs = elman(3), sequence(7, 2)
  variables = model.init(KEY, xs)
  carry, history = model.apply(variables, xs)
  middle, first = model.apply(variables, xs[:4])
  last, second = model.apply(variables, xs[4:], initial_carry=middle)
  np.testing.assert_array_equal(history, jnp.concatenate([first, second]))
  np.testing.assert_array_equal(carry, last)


def test_reverse_is_forward_on_the_sequence_turned_round(elman):
  xs = sequence(5, 2)
  variables = elman(3).init(KEY, xs)
  carry, history = elman(3, reverse=True).apply(variables, xs)
  forward_carry, forward = elman(3).apply(variables, xs[::-1])
  np.testing.assert_array_equal(carry, forward_carry)
  np.testing.assert_array_equal(history, forward[::-1])


def test_both_styles_of_custom_initializer_work_for_every_parameter(elman):
  xs = sequence(5, 2)
  for init in (custom_w_init(), another_custom_w_init):
    model = elman(3, recurrent_init=init, kernel_init=init, bias_init=init)
    leaves = jax.tree.leaves(model.init(KEY, xs))
    assert [leaf.shape for leaf in leaves] == [(3,), (2, 3), (3, 3)]
    for leaf in leaves:
      assert jnp.all((leaf >= -0.1) & (leaf < 0.1))
      assert jnp.unique(leaf).size == leaf.size


def test_an_initializer_without_a_dtype_is_cast_to_that_of_parameters(elman):
  model = elman(
    3, recurrent_init=custom_w_init(), param_dtype='bfloat16', dtype='float32'
  )
  variables = model.init(KEY, sequence(5, 2))
  dtypes = {leaf.dtype for leaf in jax.tree.leaves(variables)}
  assert dtypes == {jnp.dtype('bfloat16')}


def test_a_key_alone_and_an_older_key_work(elman):
  model, xs = elman(3), sequence(5, 2)
  named = model.init(KEY, xs)
  for rngs in (KEY['params'], jax.random.PRNGKey(0)):
    alone = model.init(rngs, xs)
    chex.assert_trees_all_equal(named, alone)


def test_the_second_call_of_a_jitted_apply_does_not_trace_again(elman):
  model, xs = elman(3), sequence(5, 2)
  variables = model.init(KEY, xs)
  chex.clear_trace_counter()
  apply = jax.jit(chex.assert_max_traces(model.apply, n=1))
  apply(variables, xs)
  apply(variables, 2 * xs)
