"""layer_scan: made under vmap, run under scan, setup batched; and in use."""

import inspect

import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from flax.core import lift
from jax import numpy as jnp

from core_rnn.scope.transforms.draws import restore
from core_rnn.scope.transforms.layer_scan import derived as scope_derived
from core_rnn.scope.transforms.layer_scan import layer_scan as scope_layer_scan
from linen_rnn.transforms import layer_scan as linen_form
from linen_rnn.transforms.layer_scan import derived, layer_scan

LAYERS = 3
KEYS = {'params': jax.random.key(0), 'dropout': jax.random.key(1)}
BOTH = {'params': True, 'dropout': True}


def normal(key, shape, dtype=jnp.float32):
  return jax.random.normal(key, shape, dtype)


def assert_equal(expected, got):
  assert jax.tree.structure(expected) == jax.tree.structure(got)
  jax.tree.map(np.testing.assert_array_equal, expected, got)


def layer(scope, carry, *xs):
  """Two parameters, drawn one after the other."""
  w = scope.param('w', normal, (2,))
  v = scope.param('v', normal, (2,))
  y = jnp.tanh(carry * w + v + sum(xs))
  return y, y


def drawn(transform, **options):
  """What a transform makes of the two parameters of each layer."""

  def root(scope):
    over = transform(
      layer, variable_axes={'params': 0}, split_rngs=BOTH, **options
    )
    return scope.child(over, 'layers')(jnp.ones(2))

  return core.init(root)(KEYS)[1]


def scanned(fn=layer, **options):
  return scope_layer_scan(
    fn,
    variable_axes={'params': 0},
    split_rngs=BOTH,
    **{'length': LAYERS, **options},
  )


def test_layers_start_as_single_ones_do():
  def root(scope):
    return scope.child(layer, 'layers')(jnp.ones(2))

  keys = jax.random.split(jax.random.clone(KEYS['params']), LAYERS)
  single = jax.vmap(lambda key: core.init(root)(key)[1])(keys)
  assert_equal(single, drawn(scope_layer_scan, length=LAYERS))


def test_so_they_do_under_a_scan_without_the_constancy_check_and_only_then():
  ours = drawn(scope_layer_scan, length=LAYERS)
  unchecked = {'check_constancy_invariants': False}
  assert_equal(ours, drawn(lift.scan, length=LAYERS, **unchecked))
  checked = drawn(lift.scan, length=LAYERS)
  for name in ('w', 'v'):
    theirs = checked['params']['layers'][name]
    assert not np.array_equal(ours['params']['layers'][name], theirs)


def test_what_is_not_drawn_starts_as_under_any_scan():
  def constant(scope, carry):
    return carry * scope.param('w', lambda key: jnp.ones(2)), None

  def root(transform):
    over = transform(
      constant, variable_axes={'params': 0}, split_rngs=BOTH, length=LAYERS
    )
    return core.init(lambda scope: over(scope, jnp.ones(2)))(KEYS)[1]

  assert_equal(root(lift.scan), root(scope_layer_scan))


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('unroll', [1, 2])
def test_it_is_a_loop_over_layers(reverse, unroll):
  xs = jax.random.normal(jax.random.key(3), (LAYERS, 2))
  over = scanned(length=None, reverse=reverse, unroll=unroll)
  (carry, ys), variables = core.init(over)(KEYS, jnp.ones(2), xs)
  expected, each = jnp.ones(2), [None] * LAYERS
  order = range(LAYERS)
  for i in reversed(order) if reverse else order:
    one = jax.tree.map(lambda leaf, i=i: leaf[i], variables)
    expected, each[i] = core.apply(layer)(one, expected, xs[i])
  np.testing.assert_allclose(carry, expected, rtol=1e-6)
  np.testing.assert_allclose(ys, jnp.stack(each), rtol=1e-6)


def test_inputs_are_scanned_along_their_axes_or_broadcast():
  xs = jax.random.normal(jax.random.key(3), (2, LAYERS))
  same = jnp.ones(2)
  over = scanned(length=None, in_axes=(1, core.broadcast), out_axes=1)
  (carry, ys), variables = core.init(over)(KEYS, jnp.ones(2), xs, same)
  plain = scanned(length=None)
  expected = core.apply(plain)(variables, jnp.ones(2), xs.T + 1.0)
  np.testing.assert_allclose(carry, expected[0], rtol=1e-6)
  np.testing.assert_allclose(ys.T, expected[1], rtol=1e-6)


def test_the_carry_may_be_any_tree():
  def pair(scope, carry):
    w = scope.param('w', normal, (2,))
    return {'sum': carry['sum'] + w, 'count': carry['count'] + 1}, None

  carry = {'sum': jnp.zeros(2), 'count': jnp.zeros((), jnp.int32)}
  (carry, _), variables = core.init(scanned(pair))(KEYS, carry)
  assert carry['count'] == LAYERS
  np.testing.assert_allclose(
    carry['sum'], variables['params']['w'].sum(0), rtol=1e-6
  )


class Noisy(nn.Module):
  """A layer with parameters, a dropout and running statistics."""

  training: bool = True

  @nn.compact
  def __call__(self, carry, _=None):
    y = nn.Dense(3, name='dense')(carry)
    y = nn.BatchNorm(use_running_average=not self.training, name='norm')(y)
    mask = nn.Dropout(0.5, deterministic=not self.training, name='dropout')
    calls = self.variable('count', 'calls', jnp.zeros, (), jnp.int32)
    if not self.is_initializing():
      calls.value += 1
    return mask(y), self.make_rng('dropout')


class Layers(nn.Module):
  """Them in a row."""

  layer: type[nn.Module]
  options: dict
  fields: dict

  @nn.compact
  def __call__(self, x):
    over = layer_scan(
      self.layer,
      **{
        'variable_axes': {'params': 0, 'batch_stats': 0, 'count': 0},
        'split_rngs': BOTH,
        'length': LAYERS,
        **self.options,
      },
    )
    return over(**self.fields, name='layers')(x)


def noisy(**options):
  return Layers(Noisy, options, {})


X = jnp.arange(12.0).reshape(4, 3)


def test_several_collections_are_stacked_and_init_moves_none():
  variables = noisy().init(KEYS, X)
  assert jax.tree.map(jnp.shape, variables) == {
    'params': {
      'layers': {
        'dense': {'kernel': (LAYERS, 3, 3), 'bias': (LAYERS, 3)},
        'norm': {'scale': (LAYERS, 3), 'bias': (LAYERS, 3)},
      }
    },
    'batch_stats': {
      'layers': {'norm': {n: (LAYERS, 3) for n in ('mean', 'var')}}
    },
    'count': {'layers': {'calls': (LAYERS,)}},
  }
  assert not variables['count']['layers']['calls'].any()
  assert not variables['batch_stats']['layers']['norm']['mean'].any()


@pytest.mark.parametrize('batched_setup', [False, True])
def test_apply_moves_each_layer_once(batched_setup):
  model = noisy(batched_setup=batched_setup)
  variables = model.init(KEYS, X)
  rngs = {'dropout': jax.random.key(2)}
  _, updates = model.apply(variables, X, rngs=rngs, mutable=True)
  assert set(updates) == {'params', 'batch_stats', 'count'}
  np.testing.assert_array_equal(updates['count']['layers']['calls'], 1)
  means = updates['batch_stats']['layers']['norm']['mean']
  assert len(np.unique(np.asarray(means), axis=0)) == LAYERS


def test_each_layer_draws_of_its_own_and_batched_setup_changes_no_draw():
  variables = noisy().init(KEYS, X)
  rngs = {'dropout': jax.random.key(2)}
  drawn = [
    noisy(batched_setup=on).apply(
      variables, X, rngs=rngs, mutable=['batch_stats', 'count']
    )[0]
    for on in (False, True)
  ]
  (carry, keys), (other_carry, other_keys) = drawn
  np.testing.assert_array_equal(carry, other_carry)
  data = jax.random.key_data(keys)
  np.testing.assert_array_equal(data, jax.random.key_data(other_keys))
  assert len(np.unique(np.asarray(data), axis=0)) == LAYERS


def test_without_split_keys_all_layers_start_equal_and_drop_alike():
  off = {'params': False, 'dropout': False}
  model = noisy(split_rngs=off)
  kernel = model.init(KEYS, X)['params']['layers']['dense']['kernel']
  np.testing.assert_array_equal(kernel, jnp.stack([kernel[0]] * LAYERS))


def test_a_collection_may_be_shared_or_carried():
  class Mixed(nn.Module):
    @nn.compact
    def __call__(self, carry, _=None):
      shared = self.variable('shared', 'w', lambda: jnp.full(3, 2.0))
      count = self.variable('count', 'calls', jnp.zeros, (), jnp.int32)
      if not self.is_initializing():
        count.value += 1
      own = self.param('own', normal, (3,))
      return carry * shared.value + own, count.value

  options = {
    'variable_axes': {'params': 0},
    'variable_broadcast': ['shared'],
    'variable_carry': 'count',
  }
  model = Layers(Mixed, options, {})
  variables = model.init(KEYS, X[0])
  assert variables['shared']['layers']['w'].shape == (3,)
  assert variables['count']['layers']['calls'] == 0
  (_, seen), updates = model.apply(variables, X[0], mutable=['count'])
  np.testing.assert_array_equal(seen, [1, 2, 3])
  assert updates['count']['layers']['calls'] == LAYERS


def test_metadata_axes_are_named_for_the_layers():
  class Boxed(nn.Module):
    @nn.compact
    def __call__(self, carry, _=None):
      init = nn.with_partitioning(normal, ('in', 'out'))
      return carry @ self.param('w', init, (3, 3)), None

  options = {'metadata_params': {nn.PARTITION_NAME: 'layers'}}
  model = Layers(Boxed, options, {})
  boxed = model.init(KEYS, X[0])['params']['layers']['w']
  assert boxed.names == ('layers', 'in', 'out')
  assert boxed.value.shape == (LAYERS, 3, 3)
  carry, _ = model.apply({'params': {'layers': {'w': boxed}}}, X[0])
  w = boxed.value
  np.testing.assert_allclose(carry, X[0] @ w[0] @ w[1] @ w[2], rtol=1e-5)


def slow(b):
  return jnp.cumsum(jnp.sin(b))


class Prepared(nn.Module):
  """The layer of the Flax issue: its setup computes K from B, slowly."""

  def setup(self):
    self.B = self.param('B', normal, (3,))
    self.K = derived(self, 'K', slow, self.B)

  def __call__(self, carry, _=None):
    return jnp.tanh(carry * self.K), None


def prepared(on):
  return Layers(Prepared, {'batched_setup': on}, {})


def test_nothing_that_is_derived_is_left_in_the_variables():
  for on in (False, True):
    variables = prepared(on).init(KEYS, X[0])
    assert list(variables) == ['params']
    _, updates = prepared(on).apply(variables, X[0], mutable=True)
    assert list(updates) == ['params']
  assert list(Prepared().init(KEYS, X[0])) == ['params']


def test_batched_setup_changes_neither_outputs_nor_gradients():
  variables = prepared(True).init(KEYS, X[0])

  def loss(variables, on):
    return prepared(on).apply(variables, X[0])[0].sum()

  for f in (loss, jax.grad(loss)):
    assert_close(f(variables, True), f(variables, False))


def assert_close(expected, got):
  jax.tree.map(
    lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7),
    expected,
    got,
  )


def sines(model):
  """Where the program takes sines: in front of its loop, or inside it."""
  variables = jax.eval_shape(model.init, KEYS, X[0])

  def main(variables, x):
    return model.apply(variables, x)[0]

  jaxpr = jax.make_jaxpr(main)(variables, X[0])
  jaxpr, _ = jax.interpreters.partial_eval.dce_jaxpr(jaxpr.jaxpr, [True])
  (loop,) = (e for e in jaxpr.eqns if e.primitive.name == 'scan')
  count = lambda eqns: str(eqns).count(' sin ')
  return count(jaxpr) - count(loop), count(loop)


def test_batched_setup_is_in_front_of_the_loop_and_no_iteration_repeats_it():
  assert sines(prepared(True)) == (1, 0)
  assert sines(prepared(False)) == (0, 1)


def test_the_lowered_program_too_takes_one_sine_of_all_layers_before_its_loop():
  variables = jax.eval_shape(prepared(True).init, KEYS, X[0])
  lowered = jax.jit(prepared(True).apply).lower(variables, X[0]).as_text()
  (sine,) = (n for n, line in enumerate(lowered.splitlines()) if 'sine' in line)
  assert f'tensor<{LAYERS}x3xf32>' in lowered.splitlines()[sine]
  assert 'while' not in '\n'.join(lowered.splitlines()[:sine])


class Doubling(nn.Module):
  """A layer with a method that is not `__call__`."""

  @nn.compact
  def __call__(self, carry):
    return nn.Dense(3, name='dense')(carry), None

  def doubled(self, carry, _=None):
    y, _ = self(carry)
    return 2 * y, None


OF_PARAMS = {
  'variable_axes': {'params': 0},
  'split_rngs': {'params': True},
  'length': LAYERS,
}


class ByFunction(nn.Module):
  """Scans a function of a module."""

  @nn.compact
  def __call__(self, x):
    body = lambda cell, carry: (2 * cell(carry)[0], None)
    return layer_scan(body, **OF_PARAMS)(Doubling(name='layers'), x)


class ByMethod(nn.Module):
  """Scans a method of a class."""

  @nn.compact
  def __call__(self, x):
    over = layer_scan(Doubling, methods=['doubled'], **OF_PARAMS)
    return over(name='layers').doubled(x)


def test_functions_and_methods_are_scanned_as_classes_are():
  expected = ByFunction().init(KEYS, X)
  assert_equal(expected, ByMethod().init(KEYS, X))
  assert expected['params']['layers']['dense']['kernel'].shape == (3, 3, 3)
  outputs = [m.apply(expected, X) for m in (ByFunction(), ByMethod())]
  assert_equal(*outputs)


def test_a_scope_derives_as_a_module_does():
  def body(scope, carry):
    b = scope.param('b', normal, (2,))
    return carry + scope_derived(scope, 'k', slow, b), None

  outputs = []
  for on in (False, True):
    over = scanned(body, batched_setup=on)
    (carry, _), variables = core.init(over)(KEYS, jnp.ones(2))
    assert list(variables) == ['params']
    outputs.append(carry)
  np.testing.assert_allclose(*outputs, rtol=1e-6)


@pytest.mark.parametrize(
  ('options', 'xs', 'message'),
  [
    ({'length': None}, (), 'length: expected one number of layers'),
    ({'length': 4}, (jnp.ones((3, 2)),), r'got \[3, 4\]'),
    ({}, (jnp.ones((3, 2)), jnp.ones((5, 2))), r'got \[3, 5\]'),
    ({'in_axes': (0,)}, (), 'in_axes: expected a prefix of the tree'),
  ],
)
def test_layers_that_are_not_one_number_are_refused(options, xs, message):
  with pytest.raises(ValueError, match=f'layer_scan: {message}|{message}'):
    core.init(scanned(**options))(KEYS, jnp.ones(2), *xs)


def test_deriving_from_a_module_that_is_not_bound_is_refused():
  with pytest.raises(ValueError, match='expected a bound one, got Prepared'):
    derived(Prepared(), 'K', slow, X)


def test_the_linen_form_hands_every_argument_on(monkeypatch):
  given = {
    'variable_axes': {'params': 1},
    'variable_broadcast': 'shared',
    'variable_carry': 'memory',
    'split_rngs': {'params': True},
    'in_axes': 1,
    'out_axes': 2,
    'length': 3,
    'reverse': True,
    'unroll': 2,
    'data_transform': max,
    'metadata_params': {'name': 'layers'},
    'methods': 'called',
    '_split_transpose': True,
    'batched_setup': True,
  }
  assert {'target', *given} == {*inspect.signature(layer_scan).parameters}
  got = lambda transform, target, **handed: handed
  monkeypatch.setattr(linen_form, 'lift_transform', got)
  assert layer_scan('target', **given) == given


def test_counts_of_draws_go_back_in_children_too():
  counts = {
    'params': 3,
    'child': {'params': 2, 'more': 1},
    'new': {'params': 1},
  }
  child = counts['child']
  restore(counts, {'params': 1, 'child': {'params': 1}})
  assert counts == {'params': 1, 'child': {'params': 1}}
  assert counts['child'] is child
