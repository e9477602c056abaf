"""What the models that draw or remember do, in every way."""

import chex
import jax
import numpy as np
import pytest
from flax import core, errors
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.ways import OWN, find

RECURRENT = {
  'dropout_rnn': 'dropout',
  'zoneout': 'zoneout',
  'noise_rnn': 'noise',
}
DRAWING = {'dropout': 'dropout', **RECURRENT}
TIME, FEATURES = 4, 64


def fresh(seed):
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(seed)


def params():
  """What init is given."""
  return {'params': fresh(0)}


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def made(way, model, **hyperparameters):
  """A model of the way that draws, what it is applied to, and variables."""
  features = () if model == 'dropout' else (FEATURES,)
  xs = jnp.ones(FEATURES) if model == 'dropout' else jnp.ones((TIME, 2))
  one = way.factory(model)(*features, **hyperparameters)
  return one, xs, one.init(params(), xs)


def masks(way, key, **hyperparameters):
  """Where each h_t of dropout kept h_{t-1}: [time - 1, features].

  No recurrent weight but 1 on the diagonal, no input and 1 for a bias: h_t is
  tanh(1) where h_{t-1} was dropped, and more where it was not.
  """
  model, xs, variables = made(way, 'dropout_rnn', **hyperparameters)
  elman = {
    'recurrent': jnp.eye(FEATURES),
    'input': {'kernel': jnp.zeros((2, FEATURES)), 'bias': jnp.ones(FEATURES)},
  }
  chex.assert_trees_all_equal_shapes(
    variables['params']['cell']['elman'], elman
  )
  variables = {'params': {'cell': {'elman': elman}}}
  _, hs = model.apply(variables, xs, rngs={'dropout': key})
  return np.asarray(hs[1:] > jnp.tanh(1.0) + 1e-3)


def rests(way, key, **hyperparameters):
  """Where each h_t of zoneout is h_{t-1}: [time - 1, features]."""
  model, xs, variables = made(way, 'zoneout', **hyperparameters)
  xs = jax.random.normal(fresh(0), xs.shape)
  _, hs = model.apply(variables, xs, rngs={'zoneout': key})
  return np.asarray(hs[1:] == hs[:-1])


def noises(way, key, **hyperparameters):
  """The noise in every h_t, which is all there is: [time, features]."""
  model, xs, variables = made(way, 'noise_rnn', scale=0.5, **hyperparameters)
  nothing = jax.tree.map(jnp.zeros_like, variables)
  _, hs = model.apply(nothing, xs, rngs={'noise': key})
  return np.asarray(hs)


DRAWN = {'dropout_rnn': masks, 'zoneout': rests, 'noise_rnn': noises}


def distinct(rows):
  """How many of the rows are not the same as another."""
  return len(np.unique(rows, axis=0))


@pytest.mark.parametrize(('model', 'stream'), DRAWING.items())
def test_the_same_key_draws_the_same_and_another_key_does_not(
  way, model, stream
):
  one, xs, variables = made(way, model, **rate_of(model))
  draw = lambda seed: one.apply(variables, xs, rngs={stream: fresh(seed)})
  chex.assert_trees_all_equal(draw(1), draw(1))
  assert not np.array_equal(leaf(draw(1)), leaf(draw(2)))


def rate_of(model):
  """Hyperparameters with which a draw is plain to see."""
  return {} if model == 'noise_rnn' else {'rate': 0.5}


def leaf(outputs):
  """The last of what a model returns."""
  return jax.tree.leaves(outputs)[-1]


@pytest.mark.parametrize('model', RECURRENT)
def test_each_step_has_a_draw_of_its_own(way, model):
  drawn = DRAWN[model](way, fresh(1), **rate_of(model))
  assert distinct(drawn) == len(drawn) > 1


@pytest.mark.parametrize('model', RECURRENT)
def test_where_split_rngs_is_off_all_steps_have_one_draw(way, model):
  drawn = DRAWN[model](way, fresh(1), split_rngs=False, **rate_of(model))
  assert distinct(drawn) == 1
  assert 0 < np.count_nonzero(drawn[0])


@pytest.mark.parametrize(
  ('model', 'kept'), [('dropout_rnn', 0.75), ('zoneout', 0.25)]
)
def test_a_rate_is_how_often_the_coin_falls(way, model, kept):
  drawn = DRAWN[model](way, fresh(1), rate=0.25)
  assert drawn.mean() == pytest.approx(kept, abs=0.1)


def test_noise_is_normal_and_of_the_scale(way):
  drawn = noises(way, fresh(1))
  assert drawn.mean() == pytest.approx(0, abs=0.1)
  assert drawn.std() == pytest.approx(0.5, abs=0.1)


def test_noise_goes_into_the_state_and_not_only_into_the_output(way):
  model, xs, variables = made(way, 'noise_rnn', scale=0.5)
  last, hs = model.apply(variables, xs, rngs={'noise': fresh(1)})
  np.testing.assert_array_equal(last, hs[-1])


def test_a_rate_or_scale_of_nought_is_the_elman_network(way):
  for model, given in (
    ('dropout_rnn', {'rate': 0.0}),
    ('zoneout', {'rate': 0.0}),
    ('noise_rnn', {'scale': 0.0}),
  ):
    one, xs, variables = made(way, model, **given)
    elman = {'params': {'cell': variables['params']['cell']['elman']}}
    expected = way.factory('elman')(FEATURES).apply(elman, xs)
    got = one.apply(variables, xs, rngs={RECURRENT[model]: fresh(1)})
    chex.assert_trees_all_equal(got, expected)


@pytest.mark.parametrize('model', DRAWING)
def test_a_deterministic_model_needs_no_key_and_heeds_none(way, model):
  one, xs, variables = made(way, model, deterministic=True)
  without = one.apply(variables, xs)
  given = one.apply(variables, xs, rngs={DRAWING[model]: fresh(1)})
  chex.assert_trees_all_equal(without, given)


def test_deterministic_dropout_and_noise_are_nothing_at_all(way):
  for model in ('dropout_rnn', 'noise_rnn'):
    one, xs, variables = made(way, model, deterministic=True)
    elman = {'params': {'cell': variables['params']['cell']['elman']}}
    expected = way.factory('elman')(FEATURES).apply(elman, xs)
    chex.assert_trees_all_equal(one.apply(variables, xs), expected)
  one, x, variables = made(way, 'dropout', deterministic=True)
  np.testing.assert_array_equal(one.apply(variables, x), x)


def test_deterministic_zoneout_is_a_draw_on_average(way):
  """One step from h_0 = 0: the mean of many draws of h_1 is its expectation."""
  drawing, xs, variables = made(way, 'zoneout', rate=0.25)
  evaluated, *_ = made(way, 'zoneout', rate=0.25, deterministic=True)
  keys = jax.random.split(fresh(1), 500)
  draw = lambda key: drawing.apply(variables, xs[:1], rngs={'zoneout': key})[0]
  expected, _ = evaluated.apply(variables, xs[:1])
  np.testing.assert_allclose(jax.vmap(draw)(keys).mean(0), expected, atol=0.02)


@pytest.mark.parametrize(('model', 'stream'), DRAWING.items())
def test_a_missing_stream_is_refused_by_name(way, model, stream):
  one, xs, variables = made(way, model)
  for rngs in (None, {}, params(), fresh(0), {'another': fresh(0)}):
    with pytest.raises(ValueError, match=f'a key for the stream {stream!r}'):
      one.apply(variables, xs, rngs=rngs)


@pytest.mark.parametrize('model', DRAWING)
def test_init_needs_no_stream_and_draws_from_none(way, model):
  one, xs, variables = made(way, model)
  more = one.init({**params(), DRAWING[model]: fresh(1)}, xs)
  chex.assert_trees_all_equal(variables, more)


def test_one_key_for_two_streams_draws_the_same_where_the_path_is_the_same(
  way,
):
  """A draw depends on key, path and number, and not on the stream's name.

  Zoneout and noise draw at the same place, `cell`, for the second time: of one
  key, a coin is heads just where the noise's uniform number is small.
  """
  shared, other = same_draws(way, fresh(1)), same_draws(way, fresh(2))
  assert shared
  assert not other


def same_draws(way, key):
  """Whether noise of this key ranks as the coins of fresh(1) fall."""
  coins = rests(way, fresh(1), rate=0.5)
  noise = noises(way, key)[1:]
  return noise[coins].max() < noise[~coins].min()


def test_streams_with_keys_of_their_own_share_no_draw(way):
  """As a user gives them: split from one key."""
  keys = jax.random.split(fresh(0), len(RECURRENT))
  drawn = [
    DRAWN[model](way, key, **rate_of(model))[-TIME + 1 :]
    for model, key in zip(RECURRENT, keys, strict=True)
  ]
  signs = [rows > 0 for rows in drawn]
  for i, one in enumerate(signs):
    for other in signs[:i]:
      assert 0.3 < (one == other).mean() < 0.7


def test_init_leaves_the_counter_at_nought(way):
  model = way.factory('counter')()
  once = model.init(params())
  assert once['counter']['count'] == 0
  assert once['counter']['count'].dtype == jnp.int32


def test_the_counter_counts_one_an_apply(way):
  model = way.factory('counter')()
  variables = model.init(params())
  for expected in (1, 2, 3):
    count, variables = model.apply(variables, mutable=['counter'])
    assert count == variables['counter']['count'] == expected


def test_a_counter_that_may_not_move_returns_one_more_and_forgets(way):
  model = way.factory('counter')()
  variables = model.init(params())
  for _ in range(2):
    assert model.apply(variables) == 1
  assert variables['counter']['count'] == 0
  count, updates = model.apply(variables, mutable=['another'])
  assert count == 1
  assert not updates


class Draws(nn.Module):
  """A draw of each stream in turn, in one scope or in a child each."""

  streams: tuple[str, ...]
  names: tuple[str, ...] = ()

  @nn.compact
  def __call__(self):
    if not self.names:
      return [self.make_rng(stream) for stream in self.streams]
    return [
      Draws((stream,), name=name)()[0]
      for stream, name in zip(self.streams, self.names, strict=True)
    ]


def drawn(*streams, rngs, names=()):
  """The keys that Flax hands out, as numbers."""
  keys = Draws(streams, names).apply({}, rngs=rngs)
  return [tuple(jax.random.key_data(key).tolist()) for key in keys]


def test_flax_takes_params_where_a_stream_is_missing():
  """Pitfall 3: no error, and the draws go on counting in `params`."""
  only = {'params': fresh(1)}
  assert drawn('dropout', rngs=only) == drawn('params', rngs=only)
  first, second = drawn('params', 'params', rngs=only)
  assert drawn('params', 'dropout', rngs=only) == [first, second]
  assert drawn('dropout', rngs=fresh(1)) == [first]  # a key alone is `params`


def test_flax_refuses_a_missing_stream_only_where_there_is_no_params():
  with pytest.raises(errors.InvalidRngError, match='needs PRNG for "dropout"'):
    drawn('dropout', rngs={'another': fresh(1)})


def test_flax_core_takes_params_too():
  draw = lambda scope: jax.random.key_data(scope.make_rng('dropout'))
  fallen = core.apply(draw)({}, rngs={'params': fresh(1)})
  named = core.apply(draw)({}, rngs={'dropout': fresh(1)})
  np.testing.assert_array_equal(fallen, named)


def test_two_streams_of_one_key_give_flax_one_draw_at_one_path():
  """The stream's name is no part of a draw: only its key, path and number."""
  one, other = drawn(
    'dropout', 'noise', rngs=dict.fromkeys(('dropout', 'noise'), fresh(1))
  )
  assert one == other


def test_two_streams_of_one_key_at_two_paths_give_two_draws():
  both = dict.fromkeys(('dropout', 'noise'), fresh(1))
  one, other = drawn('dropout', 'noise', rngs=both, names=('a', 'b'))
  assert one != other


def test_two_streams_of_two_keys_give_two_draws():
  both = {'dropout': fresh(1), 'noise': fresh(2)}
  one, other = drawn('dropout', 'noise', rngs=both)
  assert one != other
