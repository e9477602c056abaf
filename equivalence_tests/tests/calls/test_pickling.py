"""A model through pickle: the same programs on the other side."""

import pickle

import jax
import pytest
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.model import Model
from equivalence_tests.suite.functions import another_custom_w_init
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject
from equivalence_tests.suite.ways import OWN, find

GIVEN = {
  'elman': {
    'features': 3,
    'activation': jnp.sin,
    'recurrent_init': uniform(0.25),
    'kernel_init': another_custom_w_init,
    'dtype': jnp.bfloat16,
  },
  'bidirectional': {'features': 3, 'merge_fn': jnp.add, 'return_carry': True},
  'simple_scan': {'bias_init': jax.nn.initializers.zeros},
}


def unpickled(model):
  """What comes out again."""
  return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_a_pickled_model_is_the_same_program(way, model):
  one = Subject(find(way), CASES[model], CASES[model].rows[0])
  other = Subject(find(way), CASES[model], CASES[model].rows[0])
  other.model = unpickled(one.model)
  assert other.model is not one.model
  assert other.text('init') == one.text('init')
  assert other.text('apply') == one.text('apply')


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', GIVEN)
def test_hyperparameters_are_pickled_with_their_functions(way, model):
  case, given = CASES[model], GIVEN[model]
  setting = case.rows[0]
  one, other, usual = (Subject(find(way), case, setting) for _ in range(3))
  one.model = find(way).factory(model)(**given)
  other.model = unpickled(one.model)
  assert other.text('apply') == one.text('apply')
  assert other.text('init') == one.text('init')
  assert (one.text('init'), one.text('apply')) != (
    usual.text('init'),
    usual.text('apply'),
  )


@pytest.mark.parametrize('scale', [0.1, 0.25])
def test_an_unpickled_initializer_is_the_one_that_there_is(scale):
  assert unpickled(uniform(scale)) is uniform(scale)


def test_a_model_of_other_functions_pickles_as_they_do():
  assert unpickled(Model(zeros, jnp.shape)) == Model(zeros, jnp.shape)


@pytest.mark.parametrize('way', OWN)
def test_a_replaced_model_is_not_pickled_as_what_it_was(way):
  model = find(way).factory('dense')(features=3)
  replaced = model._replace(init=zeros, apply=jnp.shape)
  assert unpickled(replaced) == Model(zeros, jnp.shape)


@pytest.mark.parametrize('way', OWN)
def test_a_function_without_a_name_is_refused_by_pickle(way):
  model = find(way).factory('elman')(features=3, activation=lambda h: h)
  with pytest.raises((AttributeError, pickle.PicklingError)):
    pickle.dumps(model)
