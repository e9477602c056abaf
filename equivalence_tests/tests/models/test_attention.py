"""What attention does in every way, and what the source's own classes do."""

import functools
from collections.abc import Sequence
from typing import Any

import chex
import jax
import numpy as np
import pytest
from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from equivalence_tests.suite.oracle.attention import coins_of
from equivalence_tests.suite.ways import OWN, find

QUERIES, KEYS, INPUTS, BATCH = 2, 3, 4, 2
ULP = 4 * np.finfo(np.float32).eps  # for values of about 1


@pytest.fixture(params=OWN)
def way(request):
  """Each way in turn."""
  return find(request.param)


def fresh(seed):
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(seed)


def normal(seed, *shape):
  return jax.random.normal(fresh(seed), shape)


def one_example():
  return normal(1, QUERIES, INPUTS), normal(2, KEYS, INPUTS)


def batch():
  return normal(1, BATCH, QUERIES, INPUTS), normal(2, BATCH, KEYS, INPUTS)


def alike():
  """A batch of one example, twice."""
  return tuple(jnp.stack([x, x]) for x in one_example())


UNIFORM = {'bias_init': nn.initializers.uniform(0.1)}


def made(way, model, xs, **hyperparameters):
  one = way.factory(model)(**{**UNIFORM, **hyperparameters})
  return one, one.init({'params': fresh(0)}, *xs)


# --- the source's classes, with names of our own and a rate that can be set


class RawDotProductAttention(nn.Module):
  attn_dropout_rate: float = 0.1
  train: bool = False

  @nn.compact
  def __call__(self, query, key, value, bias=None, dtype=jnp.float32):
    assert key.ndim == query.ndim
    assert key.ndim == value.ndim
    n = query.ndim
    attn_weights = lax.dot_general(query, key, (((n - 1,), (n - 1,)), ((), ())))
    if bias is not None:
      attn_weights += bias
    norm_dims = tuple(range(attn_weights.ndim // 2, attn_weights.ndim))
    attn_weights = jax.nn.softmax(attn_weights, axis=norm_dims)
    attn_weights = nn.Dropout(self.attn_dropout_rate, name='dropout')(
      attn_weights, deterministic=not self.train
    )
    attn_weights = attn_weights.astype(dtype)
    contract_dims = (
      tuple(range(n - 1, attn_weights.ndim)),
      tuple(range(0, n - 1)),
    )
    return lax.dot_general(attn_weights, value, (contract_dims, ((), ())))


class DotProductAttention(nn.Module):
  qkv_features: int | None = None
  out_features: int | None = None
  train: bool = False
  attn_dropout_rate: float = 0.1

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, bias=None, dtype=jnp.float32):
    qkv_features = self.qkv_features or inputs_q.shape[-1]
    out_features = self.out_features or inputs_q.shape[-1]
    dense = functools.partial(
      nn.Dense, features=qkv_features, use_bias=False, dtype=dtype
    )
    query = dense(name='query')(inputs_q)
    key = dense(name='key')(inputs_kv)
    value = dense(name='value')(inputs_kv)
    raw = RawDotProductAttention(
      self.attn_dropout_rate, train=self.train, name='raw'
    )
    y = raw(query, key, value, bias=bias, dtype=dtype)
    return nn.Dense(features=out_features, dtype=dtype, name='out')(y)


class MultiHeadDotProductAttention(nn.Module):
  qkv_features: int | None = None
  out_features: int | None = None
  batch_axes: Sequence[int] = (0,)
  num_heads: int = 1
  broadcast_dropout: bool = False
  train: bool = False
  attn_dropout_rate: float = 0.1
  heads_axis: int = 2  # where the source has the heads; 1 is before features

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, bias=None):
    features = inputs_q.shape[-1]
    attention: Any = nn.vmap(
      DotProductAttention,
      in_axes=(None, None, None),
      out_axes=self.heads_axis,
      axis_size=self.num_heads,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not self.broadcast_dropout},
    )
    for axis in reversed(sorted(self.batch_axes)):
      attention = nn.vmap(
        attention,
        in_axes=(axis, axis, axis),
        out_axes=axis,
        variable_axes={'params': None},
        split_rngs={'params': False, 'dropout': False},
      )
    y = attention(
      qkv_features=(self.qkv_features or features) // self.num_heads,
      out_features=self.out_features or features,
      train=self.train,
      attn_dropout_rate=self.attn_dropout_rate,
      name='attention',
    )(inputs_q, inputs_kv, bias)
    return y.mean(axis=-2)


def test_raw_attention_is_the_class_of_the_source(way):
  xs = (*one_example(), normal(3, KEYS, INPUTS))
  for rngs, train in (({}, False), ({'dropout': 4}, True)):
    keys = lambda rngs=rngs: {s: fresh(seed) for s, seed in rngs.items()}
    theirs = RawDotProductAttention(0.5, train).apply({}, *xs, rngs=keys())
    model = way.factory('raw_attention')(0.5, deterministic=not train)
    got = model.apply({}, *xs, rngs=keys())
    np.testing.assert_allclose(got, theirs, rtol=ULP, atol=ULP)


@pytest.mark.parametrize(
  'features', [{}, {'qkv_features': 3, 'out_features': 5}]
)
@pytest.mark.parametrize('train', [False, True])
def test_attention_is_the_class_of_the_source(way, features, train):
  xs = one_example()
  given = {'rate': 0.5, 'deterministic': not train, **features}
  model, variables = made(way, 'attention', xs, **given)
  theirs = DotProductAttention(train=train, attn_dropout_rate=0.5, **features)
  shapes = jax.tree.map(jnp.shape, theirs.init(fresh(0), *xs))
  assert jax.tree.map(jnp.shape, variables) == shapes
  expected = theirs.apply(variables, *xs, rngs={'dropout': fresh(4)})
  got = model.apply(variables, *xs, rngs={'dropout': fresh(4)})
  np.testing.assert_allclose(got, expected, rtol=ULP, atol=ULP)


@pytest.mark.parametrize('broadcast_dropout', [False, True])
@pytest.mark.parametrize('train', [False, True])
def test_multi_head_attention_is_the_class_of_the_source_but_for_its_mean(
  way, broadcast_dropout, train
):
  xs = batch()
  shared = {'num_heads': 2, 'broadcast_dropout': broadcast_dropout}
  model, variables = made(
    way,
    'multi_head_attention',
    xs,
    rate=0.5,
    deterministic=not train,
    **shared,
  )
  theirs = MultiHeadDotProductAttention(
    train=train, attn_dropout_rate=0.5, heads_axis=1, **shared
  )
  shapes = jax.tree.map(jnp.shape, theirs.init(fresh(0), *xs))
  assert jax.tree.map(jnp.shape, variables) == shapes
  expected = theirs.apply(variables, *xs, rngs={'dropout': fresh(4)})
  got = model.apply(variables, *xs, rngs={'dropout': fresh(4)})
  np.testing.assert_allclose(got, expected, rtol=ULP, atol=ULP)


def test_the_source_puts_heads_last_and_its_mean_is_over_features():
  x = normal(1, 3, 13, 64)
  theirs = MultiHeadDotProductAttention(num_heads=2)
  variables = theirs.init(fresh(0), x, x)
  one = DotProductAttention(32, 64)
  params = variables['params']['attention']
  means = [
    jax.vmap(functools.partial(one.apply, head(params, h)))(x, x).mean(-1)
    for h in range(2)
  ]
  got = theirs.apply(variables, x, x)
  assert got.shape == (3, 13, 2)
  np.testing.assert_allclose(got, jnp.stack(means, -1), rtol=1e-4, atol=1e-5)


def head(params, h):
  """The variables of head h."""
  return {'params': jax.tree.map(lambda leaf: leaf[h], params)}


def test_the_source_takes_a_second_batch_axis_for_positions():
  """Its outermost vmap takes axis 0 away, and then axis 1 is another."""
  x = normal(1, 2, 3, 5, INPUTS)
  theirs = MultiHeadDotProductAttention(batch_axes=(0, 1), heads_axis=1)
  variables = theirs.init(fresh(0), x, x)
  one = functools.partial(
    DotProductAttention().apply, head(variables['params']['attention'], 0)
  )
  mistaken = jax.vmap(jax.vmap(one, 1, 1))(x, x)
  right = jax.vmap(jax.vmap(one))(x, x)
  got = theirs.apply(variables, x, x)
  np.testing.assert_allclose(got, mistaken, rtol=1e-5, atol=1e-5)
  assert not np.allclose(got, right, atol=1e-3)


# --- what the models do


def test_equal_scores_weigh_all_keys_alike(way):
  _, key = one_example()
  value, nothing = normal(3, KEYS, INPUTS), jnp.zeros((QUERIES, INPUTS))
  model = way.factory('raw_attention')(deterministic=True)
  got = model.apply({}, nothing, key, value)
  expected = jnp.broadcast_to(value.mean(0), got.shape)
  np.testing.assert_allclose(got, expected, atol=ULP)


def test_scores_are_not_scaled_by_the_features(way):
  """Of 4 features, a score 1 weighs e / (e + 1), and not e^(1/2) / (...)."""
  query = jnp.array([[1.0, 0, 0, 0]])
  key = jnp.array([[1.0, 0, 0, 0], [0, 0, 0, 0]])
  value = jnp.array([[1.0, 0, 0, 0], [0, 1, 0, 0]])
  model = way.factory('raw_attention')(deterministic=True)
  weights = model.apply({}, query, key, value)[0, :2]
  expected = np.exp([1, 0]) / np.exp([1, 0]).sum()
  np.testing.assert_allclose(weights, expected, rtol=1e-6)


def test_the_order_of_keys_does_not_matter_and_that_of_queries_is_kept(way):
  q, kv = one_example()
  model, variables = made(way, 'attention', (q, kv), deterministic=True)
  expected = model.apply(variables, q, kv)
  np.testing.assert_allclose(
    model.apply(variables, q, kv[::-1]), expected, rtol=ULP, atol=ULP
  )
  np.testing.assert_allclose(
    model.apply(variables, q[::-1], kv), expected[::-1], rtol=ULP, atol=ULP
  )


def test_features_that_are_not_given_are_those_of_the_queries(way):
  q, kv = normal(1, QUERIES, 4), normal(2, KEYS, 5)
  _, variables = made(way, 'attention', (q, kv))
  kernels = jax.tree.map(
    lambda leaf: leaf['kernel'].shape,
    variables['params'],
    is_leaf=lambda node: 'kernel' in node,
  )
  assert kernels == {
    'query': (4, 4),
    'key': (5, 4),
    'value': (5, 4),
    'out': (4, 4),
  }


def test_many_heads_are_the_mean_of_single_ones(way):
  xs = batch()
  given = {'deterministic': True}
  model, variables = made(way, 'multi_head_attention', xs, num_heads=2, **given)
  one, _ = made(way, 'attention', one_example(), qkv_features=2, **given)
  singles = [
    jax.vmap(
      functools.partial(one.apply, head(variables['params']['attention'], h))
    )
    for h in range(2)
  ]
  expected = (singles[0](*xs) + singles[1](*xs)) / 2
  got = model.apply(variables, *xs)
  np.testing.assert_allclose(got, expected, rtol=ULP, atol=ULP)


def test_heads_are_drawn_apart_and_each_as_one_of_a_key_of_its_own(way):
  _, variables = made(way, 'multi_head_attention', batch(), num_heads=2)
  params = variables['params']['attention']
  assert not np.array_equal(*params['query']['kernel'])
  key = derive(jax.random.split(fresh(0), 2)[1], 'attention', 'query', 1)
  expected = jax.random.uniform(
    key, (INPUTS, INPUTS // 2), minval=-0.1, maxval=0.1
  )
  np.testing.assert_array_equal(params['query']['kernel'][1], expected)


def test_batch_axes_may_be_anywhere(way):
  xs = batch()
  _, variables = made(way, 'multi_head_attention', xs)
  expected = attend(way, variables, (0,), *xs)
  for axis in (1, 2, -1):
    moved = [jnp.moveaxis(x, 0, axis) for x in xs]
    got = attend(way, variables, (axis,), *moved)
    np.testing.assert_allclose(
      got, jnp.moveaxis(expected, 0, axis), rtol=ULP, atol=ULP
    )
  single = attend(way, variables, (), *(x[0] for x in xs))
  np.testing.assert_allclose(single, expected[0], rtol=ULP, atol=ULP)


def attend(way, variables, batch_axes, *xs):
  """Attention of one head, and nothing dropped."""
  model = way.factory('multi_head_attention')(
    **UNIFORM, batch_axes=batch_axes, deterministic=True
  )
  return model.apply(variables, *xs)


def test_two_batch_axes_are_one_after_the_other(way):
  q, kv = normal(1, 2, 3, QUERIES, INPUTS), normal(2, 2, 3, KEYS, INPUTS)
  _, variables = made(way, 'multi_head_attention', batch())
  flat = [x.reshape(6, *x.shape[2:]) for x in (q, kv)]
  expected = attend(way, variables, (0,), *flat)
  for axes in ((0, 1), (1, 0)):
    got = attend(way, variables, axes, q, kv)
    np.testing.assert_allclose(
      got.reshape(expected.shape), expected, rtol=ULP, atol=ULP
    )


@pytest.mark.parametrize('axes', [(-2, -1), (2, -1), (-1, -2)])
def test_batch_axes_may_be_counted_from_the_end(way, axes):
  q, kv = (normal(seed, 2, 4, 3, 2) for seed in (1, 2))
  factory = way.factory('multi_head_attention')
  usual = factory(batch_axes=(2, 3), deterministic=True)
  counted = factory(batch_axes=axes, deterministic=True)
  variables = usual.init(jax.random.key(0), q, kv)
  chex.assert_trees_all_equal(counted.init(jax.random.key(0), q, kv), variables)
  np.testing.assert_array_equal(
    counted.apply(variables, q, kv), usual.apply(variables, q, kv)
  )


def test_as_many_axes_as_batch_axes_has_are_wanted(way):
  model = way.factory('multi_head_attention')(batch_axes=(0, 1))
  with pytest.raises(ValueError, match=r'\[\*batch_axes queries inputs\]'):
    model.init(fresh(0), *batch())


# --- dropout


def weights_of(way, xs, seed=4, **hyperparameters):
  """Which weights each head kept, [batch, heads, queries, keys].

  The values are the identity, and so is what comes after them but for head h,
  which puts what it has into the columns of its own.
  """
  heads, inputs = 2, 2 * KEYS
  model = way.factory('multi_head_attention')(
    num_heads=heads, rate=0.5, **hyperparameters
  )
  eye = jnp.stack([jnp.eye(KEYS, inputs, h * KEYS) for h in range(heads)])
  value = jnp.broadcast_to(jnp.eye(inputs, KEYS), (heads, inputs, KEYS))
  nothing = jnp.zeros((heads, inputs, KEYS))
  params = {
    'query': {'kernel': nothing},
    'key': {'kernel': nothing},
    'value': {'kernel': value},
    'out': {'kernel': eye, 'bias': jnp.zeros((heads, inputs))},
  }
  kv = jnp.broadcast_to(jnp.eye(KEYS, inputs), (xs, KEYS, inputs))
  q = jnp.zeros((xs, 8, inputs))
  y = model.apply(
    {'params': {'attention': params}}, q, kv, rngs={'dropout': fresh(seed)}
  )
  return np.moveaxis(np.asarray(y != 0).reshape(xs, 8, heads, KEYS), 2, 1)


def test_heads_drop_each_its_own_weights(way):
  kept = weights_of(way, 1)[0]
  assert not np.array_equal(kept[0], kept[1])


def test_where_dropout_is_broadcast_all_heads_drop_the_same_weights(way):
  kept = weights_of(way, 1, broadcast_dropout=True)[0]
  np.testing.assert_array_equal(kept[0], kept[1])
  assert 0.2 < kept.mean() < 0.8


@pytest.mark.parametrize('broadcast_dropout', [False, True])
def test_every_example_of_a_batch_drops_the_same_weights(
  way, broadcast_dropout
):
  """What split_rngs={'dropout': False} over the batch means, as the source."""
  kept = weights_of(way, 2, broadcast_dropout=broadcast_dropout)
  np.testing.assert_array_equal(kept[0], kept[1])


def test_the_masks_are_those_of_the_keys_of_the_heads(way):
  for broadcast_dropout in (False, True):
    given = {'num_heads': 2, 'broadcast_dropout': broadcast_dropout}
    kept = weights_of(way, 1, broadcast_dropout=broadcast_dropout)[0]
    for h in range(2):
      key = coins_of({'dropout': fresh(4)}, h, given)
      expected = jax.random.bernoulli(key, 0.5, (8, KEYS))
      np.testing.assert_array_equal(kept[h], expected)


def test_another_key_drops_other_weights_and_the_same_the_same(way):
  np.testing.assert_array_equal(weights_of(way, 1), weights_of(way, 1))
  assert not np.array_equal(weights_of(way, 1), weights_of(way, 1, seed=5))


def test_a_dropped_weight_is_nought_and_a_kept_one_is_as_much_more(way):
  value = jnp.eye(KEYS)
  query, key = jnp.zeros((8, KEYS)), jnp.zeros((KEYS, KEYS))
  model = way.factory('raw_attention')(0.5)
  weights = model.apply({}, query, key, value, rngs={'dropout': fresh(4)})
  assert set(np.unique(np.round(weights * KEYS, 5))) == {0.0, 2.0}


@pytest.mark.parametrize(
  'model', ['raw_attention', 'attention', 'multi_head_attention']
)
def test_dropout_needs_a_stream_of_its_name_unless_deterministic(way, model):
  xs = batch() if model == 'multi_head_attention' else one_example()
  xs = (*xs, xs[-1]) if model == 'raw_attention' else xs
  one = way.factory(model)()
  variables = one.init({'params': fresh(0)}, *xs)
  for rngs in (None, fresh(0), {'another': fresh(0)}):
    with pytest.raises(ValueError, match="a key for the stream 'dropout'"):
      one.apply(variables, *xs, rngs=rngs)
  quiet = way.factory(model)(deterministic=True)
  chex.assert_trees_all_equal(
    quiet.apply(variables, *xs),
    quiet.apply(variables, *xs, rngs={'dropout': fresh(4)}),
  )


def test_a_nought_rate_is_deterministic(way):
  xs = batch()
  _, variables = made(way, 'multi_head_attention', xs)
  none = way.factory('multi_head_attention')(rate=0.0)
  got = none.apply(variables, *xs, rngs={'dropout': fresh(4)})
  expected = attend(way, variables, (0,), *xs)
  np.testing.assert_allclose(got, expected, rtol=ULP, atol=ULP)


def test_it_is_flaxs_own_for_scaled_queries_and_the_mean_for_the_sum(way):
  """Flax divides q by the root of a head's features, and adds its heads up."""
  xs, heads, features = batch(), 2, 4
  model, variables = made(
    way,
    'multi_head_attention',
    xs,
    num_heads=heads,
    qkv_features=heads * features,
    deterministic=True,
  )
  params = variables['params']['attention']
  kernel = lambda name: jnp.swapaxes(params[name]['kernel'], 0, 1)
  bias = jnp.zeros((heads, features))
  theirs = {
    'query': {'kernel': 2 * kernel('query'), 'bias': bias},
    'key': {'kernel': kernel('key'), 'bias': bias},
    'value': {'kernel': kernel('value'), 'bias': bias},
    'out': {
      'kernel': params['out']['kernel'] / heads,
      'bias': params['out']['bias'].mean(0),
    },
  }
  layer = nn.MultiHeadDotProductAttention(heads, qkv_features=heads * features)
  expected = layer.apply({'params': theirs}, *xs)
  got = model.apply(variables, *xs)
  np.testing.assert_allclose(got, expected, rtol=ULP, atol=ULP)


LARGE = 300.0  # whose square is over 65504, the largest number of float16


@pytest.mark.parametrize('model', ['raw_attention', 'attention'])
@pytest.mark.parametrize('dtype', ['float16', 'bfloat16'])
def test_large_inputs_in_half_precision_give_numbers(way, model, dtype):
  """And derivatives: products of them are no numbers of that precision."""
  how = {} if model == 'raw_attention' else {'param_dtype': dtype}
  one = way.factory(model)(deterministic=True, scaled=True, **how)
  xs = jnp.where(jnp.tri(4, dtype=bool), LARGE, -LARGE).astype(dtype)
  given = (xs, xs, xs) if model == 'raw_attention' else (xs, xs)
  variables = one.init(jax.random.key(0), *given)
  ys, pull = jax.vjp(lambda *xs: one.apply(variables, *xs), *given)
  assert jnp.isfinite(ys).all()
  assert all(jnp.isfinite(slope).all() for slope in pull(jnp.ones_like(ys)))


@pytest.mark.parametrize('model', ['raw_attention', 'attention'])
def test_a_causal_one_sees_nothing_of_what_comes_later(way, model):
  one = way.factory(model)(deterministic=True, causal=True)
  xs = jax.random.normal(jax.random.key(1), (3, 4))
  later = xs.at[2].set(7.0)
  calls = [(x,) * (3 if model == 'raw_attention' else 2) for x in (xs, later)]
  variables = one.init(jax.random.key(0), *calls[0])
  expected, got = (one.apply(variables, *given) for given in calls)
  assert jnp.array_equal(expected[:2], got[:2])
  assert not jnp.array_equal(expected[2], got[2])


# --- keys that are padding


LENGTHS = {'raw_attention': 2, 'attention': 2, 'multi_head_attention': [2, 1]}
PADDED = tuple(LENGTHS)


def padded(model, value=0.0, lengths=None):
  """What it is given, this value at every key that is padding, and lengths."""
  lengths = np.asarray(LENGTHS[model] if lengths is None else lengths)
  q, kv = batch() if lengths.ndim else one_example()
  known = np.arange(KEYS) < lengths[..., None]
  kv = jnp.where(known[..., None], kv, value)
  xs = (q, kv, kv[..., ::-1]) if model == 'raw_attention' else (q, kv)
  return xs, jnp.asarray(lengths)


def slopes_with(way, model, value, lengths=None):
  """y, and the derivatives of its squares by variables and arguments."""
  xs, lengths = padded(model, value, lengths)
  one = way.factory(model)(deterministic=True)
  variables = one.init({'params': fresh(0)}, *(jnp.zeros_like(x) for x in xs))

  def loss(variables, xs):
    y = one.apply(variables, *xs, key_lengths=lengths)
    return jnp.sum(y**2), y

  slopes, y = jax.grad(loss, (0, 1), has_aux=True)(variables, xs)
  return y, slopes


@pytest.mark.parametrize('model', PADDED)
@pytest.mark.parametrize('value', [7.0, jnp.inf, jnp.nan])
def test_what_stands_at_the_padding_of_keys_is_never_seen(way, model, value):
  expected, got = (slopes_with(way, model, v) for v in (0.0, value))
  chex.assert_trees_all_equal(expected, got)
  chex.assert_tree_all_finite(got)
  _, (_, (_, *of_keys)) = got
  padding = np.arange(KEYS) >= np.asarray(LENGTHS[model])[..., None]
  assert all((slope[padding] == 0).all() for slope in of_keys)
  assert all((slope[~padding] != 0).any() for slope in of_keys)


@pytest.mark.parametrize('model', PADDED)
@pytest.mark.parametrize('causal', [False, True])
def test_padded_keys_are_those_cut_at_their_length(way, model, causal):
  lengths = 2 * np.ones_like(LENGTHS[model])
  xs, lengths = padded(model, jnp.nan, lengths)
  one = way.factory(model)(deterministic=True, causal=causal)
  q, *kv = xs
  cut = [x[..., :2, :] for x in kv]
  variables = one.init({'params': fresh(0)}, q, *cut)
  np.testing.assert_allclose(
    one.apply(variables, *xs, key_lengths=lengths),
    one.apply(variables, q, *cut),
    rtol=ULP,
    atol=ULP,
  )


@pytest.mark.parametrize('model', PADDED)
def test_of_no_keys_is_nought_and_so_are_its_derivatives(way, model):
  nought = np.zeros_like(LENGTHS[model])
  y, slopes = slopes_with(way, model, jnp.nan, nought)
  chex.assert_trees_all_equal(
    (y, slopes), jax.tree.map(jnp.zeros_like, (y, slopes))
  )


def test_of_no_keys_attention_leaves_the_bias_of_its_output(way):
  xs, length = padded('attention', jnp.nan, 0)
  one, variables = made(way, 'attention', one_example(), deterministic=True)
  bias = variables['params']['out']['bias']
  y = one.apply(variables, *xs, key_lengths=length)
  np.testing.assert_array_equal(y, jnp.broadcast_to(bias, y.shape))
  assert (bias != 0).any()


@pytest.mark.parametrize('dtype', ['uint8', 'int8', 'uint32'])
@pytest.mark.parametrize('length', [KEYS, KEYS + 1])
def test_as_many_keys_as_there_are_or_more_are_all(way, dtype, length):
  q, kv = one_example()
  one, variables = made(way, 'attention', (q, kv), deterministic=True)
  got = one.apply(variables, q, kv, key_lengths=jnp.array(length, dtype))
  np.testing.assert_array_equal(got, one.apply(variables, q, kv))


@pytest.mark.parametrize('axes', [(0, 1), (1, 0), (-3, 0)])
def test_lengths_of_keys_have_the_batch_axes_in_the_order_they_stand_in(
  way, axes
):
  """Whichever way round batch_axes names them."""
  q, kv = normal(1, 2, 3, QUERIES, INPUTS), normal(2, 2, 3, KEYS, INPUTS)
  lengths = jnp.arange(6).reshape(2, 3) % (KEYS + 1)
  _, variables = made(way, 'multi_head_attention', batch())
  factory = functools.partial(
    way.factory('multi_head_attention'), deterministic=True
  )
  flat = [x.reshape(6, *x.shape[2:]) for x in (q, kv, lengths)]
  expected = factory().apply(variables, *flat[:2], key_lengths=flat[2])
  model = factory(batch_axes=axes)
  got = model.apply(variables, q, kv, key_lengths=lengths)
  np.testing.assert_allclose(
    got.reshape(expected.shape), expected, rtol=ULP, atol=ULP
  )
  message = r'key_lengths: expected shape \(2, 3\), got \(3, 2\)'
  with pytest.raises(ValueError, match=message):
    model.apply(variables, q, kv, key_lengths=lengths.T)


def test_flax_weighs_all_keys_alike_where_none_may_be_seen():
  """Those that are padding too: its softmax knows no key that has no score."""
  q, kv = one_example()
  seen = jnp.zeros((1, 1, KEYS), bool)
  got = nn.dot_product_attention(
    q[:, None], kv[:, None], kv[:, None], mask=seen
  )
  expected = jnp.broadcast_to(kv.mean(0), (QUERIES, INPUTS))
  np.testing.assert_allclose(got[:, 0], expected, rtol=ULP, atol=ULP)
