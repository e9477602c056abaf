"""What a call may say: names, sizes by axis, shapes alone; in every way."""

from functools import cache, partial

import chex
import jax
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jax import numpy as jnp

from equivalence_tests.suite.cases import Example, arrays, hyperparameters
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find

BATCH, POSITIONS, INPUTS = 2, 3, 4


def refusal(kind, call, *arguments, **named):
  """The message with which the call is refused."""
  with pytest.raises(kind) as error:
    call(*arguments, **named)
  return str(error.value)


def never(key, shape, dtype):
  """An initializer that must not be called."""
  raise AssertionError('something was computed')


@cache
def made(way, model):
  """A way's model in its first setting, and what it is given."""
  setting = CASES[model].rows[0]
  one = find(way).factory(model)(**hyperparameters(setting))
  return one, arrays(CASES[model], Example(setting))


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', CASES)
def test_it_takes_no_length_that_it_does_not_name(way, model):
  one, xs = made(way, model)
  assert 'length' not in CASES[model].optional
  for call, first in ((one.init, jax.random.key(0)), (one.apply, {})):
    message = refusal(TypeError, call, first, *xs, length=jnp.asarray(2))
    assert message.startswith(f'{way} {model}: length: expected ')


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize(
  ('model', 'written', 'meant'),
  [
    ('rnn', 'seq_length', 'seq_lengths'),
    ('rnn', 'inital_carry', 'initial_carry'),
    ('elman', 'initial_carrys', 'initial_carry'),
    ('dropout', 'rng', 'rngs'),
    ('batch_norm', 'mutables', 'mutable'),
  ],
)
def test_a_misspelt_argument_is_told_the_nearest_one(
  way, model, written, meant
):
  one, xs = made(way, model)
  message = refusal(TypeError, one.apply, {}, *xs, **{written: None})
  assert message == (
    f'{way} {model}: {written}: expected the argument {meant}, got this name'
  )


@pytest.mark.parametrize('way', OWN)
def test_a_misspelt_hyperparameter_is_told_the_nearest_one(way):
  elman = find(way).factory('elman')
  assert refusal(TypeError, elman, featurs=3) == (
    f'{way} elman: featurs: expected the argument features, got this name'
  )


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize(
  ('given', 'named', 'said'),
  [
    ((), {}, 'features: expected a value, as it has no default, got none'),
    (
      (3, 4),
      {},
      'hyperparameters: expected features by position, got 2 values',
    ),
    ((3,), {'features': 3}, 'features: expected one value, got two'),
  ],
)
def test_hyperparameters_too_few_or_many_are_refused(way, given, named, said):
  elman = find(way).factory('elman')
  assert refusal(TypeError, elman, *given, **named) == f'{way} elman: {said}'


@pytest.mark.parametrize('way', OWN)
def test_a_wrong_name_or_size_is_refused_before_any_work(way):
  one = find(way).factory('multi_head_attention')(kernel_init=never)
  xs = jnp.ones((BATCH, POSITIONS, INPUTS))
  more = jnp.ones((BATCH + 1, POSITIONS, INPUTS))
  key = jax.random.key(0)
  refusal(TypeError, one.init, key, xs, xs, length=3)
  refusal(TypeError, one.apply, {}, xs, xs, length=3)
  refusal(ValueError, one.init, key, xs, more)
  refusal(ValueError, one.apply, {}, xs, more)


@pytest.mark.parametrize('way', OWN)
@given(st.sampled_from([*CASES]))
def test_init_takes_shapes_alone(way, model):
  one, xs = made(way, model)
  shapes = (jax.ShapeDtypeStruct(x.shape, x.dtype) for x in xs)
  lazily = one.init(jax.random.key(0), *shapes)
  chex.assert_trees_all_equal(lazily, one.init(jax.random.key(0), *xs))


@pytest.mark.parametrize('way', OWN)
def test_apply_takes_no_shapes_alone(way):
  one, (xs,) = made(way, 'elman')
  shape = jax.ShapeDtypeStruct(xs.shape, xs.dtype)
  message = refusal(TypeError, one.apply, {}, shape)
  assert message.startswith(
    f'{way} elman: xs: expected an array [time inputs], got ShapeDtypeStruct('
  )


@pytest.mark.parametrize('way', OWN)
@given(
  st.sampled_from([(0,), (1,), (-1,), (0, 2)]),
  st.integers(0, 3),
  st.integers(1, 3),
)
def test_every_batch_has_one_size_in_all_arguments(way, axes, place, more):
  one = find(way).factory('multi_head_attention')(batch_axes=axes)
  rank = len(axes) + 2
  assume(place < rank)  # an axis that the arguments have
  shape = [BATCH] * rank
  wider = [size + more * (axis == place) for axis, size in enumerate(shape)]
  batches = sorted(axis % rank for axis in axes)
  init = partial(jax.eval_shape, one.init, jax.random.key(0))
  xs = jnp.ones(shape), jnp.ones(wider)
  if place not in batches:
    init(*xs)  # there may be more keys than queries, of more entries
    return
  message = refusal(ValueError, init, *xs)
  assert message.startswith(f'{way} multi_head_attention: inputs_kv: expected ')
  assert f' = {BATCH} in [*batch_axes keys sources], as in inputs_q' in message


@pytest.mark.parametrize('way', OWN)
@given(st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_heads_must_divide_the_features_that_they_share(
  way, heads, features, by_inputs
):
  given_features = {} if by_inputs else {'qkv_features': features}
  inputs = features if by_inputs else heads + 1
  xs = (jax.ShapeDtypeStruct((1, 1, inputs), 'float32'),) * 2

  def run():
    factory = find(way).factory('multi_head_attention')
    one = factory(num_heads=heads, **given_features)
    return jax.eval_shape(lambda: one.init(jax.random.key(0), *xs))

  if features % heads == 0:
    query = run()['params']['attention']['query']['kernel']
    assert query.shape == (heads, inputs, features // heads)
    return
  where = (
    'inputs_q: expected inputs a' if by_inputs else 'qkv_features: expected a'
  )
  assert refusal(ValueError, run) == (
    f'{way} multi_head_attention: {where} multiple of num_heads = {heads}, '
    f'got {features}'
  )


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('axes', [(0, 0), (0, -4), (4,), (-4,)])
def test_batch_axes_are_different_ones_that_exist(way, axes):
  factory = find(way).factory('multi_head_attention')
  message = refusal(ValueError, factory, batch_axes=axes)
  assert message.startswith(f'{way} multi_head_attention: batch_axes: expected')


@pytest.mark.parametrize('way', OWN)
def test_lengths_are_one_a_sequence_wherever_the_batch_is(way):
  for time_major in (False, True):
    one = find(way).factory('rnn')(features=3, time_major=time_major)
    xs = jnp.ones((BATCH, POSITIONS, INPUTS))
    key, batch = jax.random.key(0), xs.shape[1 if time_major else 0]
    variables = one.init(key, xs)
    message = refusal(
      ValueError,
      one.apply,
      variables,
      xs,
      seq_lengths=jnp.ones(5 - batch, int),
    )
    expected = f'expected shape ({batch},), got ({5 - batch},)'
    assert message == f'{way} rnn: seq_lengths: {expected}'
