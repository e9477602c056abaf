"""layer_scan against Flax's scan, its constancy check off, over its arguments.

All numbers are small and whole, so that sums and products of them are exact in
any order: what is equal is equal bit for bit, however XLA fuses it.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import chex
import jax
import pytest
from flax import core
from flax import linen as nn
from flax.core import DenyList, broadcast, lift
from flax.core.scope import in_filter, union_filters
from flax.typing import In, Out
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.scope.transforms.layer_scan import layer_scan as scope_layer_scan
from linen_rnn.transforms.layer_scan import layer_scan

LAYERS = 3
KEYS = {'params': jax.random.key(0), 'noise': jax.random.key(1)}
NOISE = {'noise': jax.random.key(2)}
COLLECTIONS = ('params', 'stats', 'memory', 'fixed')
CARRY = jnp.asarray([1.0, -1.0])


def whole(key, shape):
  return jax.random.randint(key, shape, -2, 3).astype(jnp.float32)


def layer(scope, carry, *xs):
  """Variables of every collection, all of every x, and a draw."""
  w = scope.param('w', whole, (2,))
  v = scope.param('v', whole, (2,))
  fixed = scope.variable('fixed', 'f', jnp.ones, (2,)).value
  memory = scope.variable('memory', 'm', jnp.zeros, (2,))
  stats = scope.variable('stats', 's', jnp.zeros, (2,))
  noise = whole(scope.make_rng('noise'), (2,))
  carry = carry * w + v + noise + fixed + sum(jax.tree.leaves(xs))
  y = {'seen': (memory.value + stats.value, noise), 'carry': carry}
  for state in (memory, stats):
    begun = not scope.get_flag('initializing', False)
    if begun and scope.is_mutable_collection(state.collection):
      state.value += carry
  return carry, y


def doubled(variables, keys):
  """A data_transform that both its arguments show."""
  double = lambda leaf: 2 * leaf
  fold = lambda key: jax.random.fold_in(key, 7)
  return jax.tree.map(double, variables), jax.tree.map(fold, keys)


def numbers(seed, *shape):
  return whole(jax.random.key(seed), shape)


XS: list[Any] = [  # xs and in_axes
  ((), 0),
  ((numbers(3, 2, LAYERS),), 1),
  ((numbers(4, LAYERS, 2),), (-2,)),
  (
    (numbers(5, LAYERS, 2), {'a': numbers(6, 2, LAYERS), 'b': numbers(7, 2)}),
    (0, {'a': -1, 'b': broadcast}),
  ),
  (({'a': numbers(8, 2), 'b': numbers(9, 2)},), broadcast),
  (((numbers(10, LAYERS, 2), numbers(11, LAYERS, 2)), CARRY), (0, broadcast)),
]
SOME = st.lists(st.sampled_from(COLLECTIONS), unique=True, max_size=3)
AXES = st.sampled_from([0, 1, -1, -2])
BOXES = {nn.PARTITION_NAME: 'layers'}
FILTERS = st.one_of(
  st.booleans(), st.sampled_from(COLLECTIONS), SOME, SOME.map(DenyList)
)
KEYS_OF_AXES = st.one_of(
  st.booleans(),
  st.sampled_from(COLLECTIONS),
  SOME.map(tuple),
  SOME.map(tuple).map(DenyList),
)


@st.composite
def arguments(draw):
  """Options of a scan of the layer, which all collections go into, and xs."""
  xs, in_axes = draw(st.sampled_from(XS))
  sized = xs and in_axes is not broadcast
  split = {'params': draw(st.booleans()), 'noise': draw(st.booleans())}
  trees = {'seen': AXES | st.tuples(AXES, AXES), 'carry': AXES}
  options = {
    'variable_broadcast': draw(st.just(False) | FILTERS, label='broadcast'),
    'variable_carry': draw(st.just(False) | FILTERS, label='carry'),
    'variable_axes': {
      **draw(st.dictionaries(KEYS_OF_AXES, AXES, max_size=2), label='axes'),
      DenyList(()): draw(AXES),
    },
    'split_rngs': draw(st.sampled_from([split, {True: split['params']}])),
    'in_axes': in_axes,
    'out_axes': draw(AXES | st.fixed_dictionaries(trees), label='out_axes'),
    'length': None if sized and draw(st.booleans()) else LAYERS,
    'reverse': draw(st.booleans()),
    'unroll': draw(st.sampled_from([1, 2, LAYERS])),
    '_split_transpose': draw(st.booleans()),
    'data_transform': draw(st.sampled_from([None, doubled])),
  }
  return options, xs


def kind(options, collection):
  """What a collection is to a scan: the first that names it says so."""
  if in_filter(options['variable_broadcast'], collection):
    return 'shared'
  if in_filter(options['variable_carry'], collection):
    return 'carried'
  return 'own'


def of_kind(options, *kinds):
  return [name for name in COLLECTIONS if kind(options, name) in kinds]


def scanned(options, check=False, broadcast=()):
  """Flax's scan, of which some collections are broadcast besides."""
  shared = union_filters(options['variable_broadcast'], broadcast)
  options = {**options, 'variable_broadcast': shared}
  return lift.scan(layer, **options, check_constancy_invariants=check)


def made_once(options):
  return not next(iter(options['split_rngs'].values()))


drawable = arguments().filter(
  lambda drawn: 'params' in of_kind(drawn[0], 'own') or made_once(drawn[0])
)


@given(drawable)
def test_it_makes_the_variables_that_scan_makes(drawn):
  options, xs = drawn
  _, ours = jax.jit(core.init(scope_layer_scan(layer, **options)))(
    KEYS, CARRY, *xs
  )
  once = of_kind(options, 'shared', 'carried')

  def given_once(scope, *args):
    for collection in once:
      for name, value in ours[collection].items():
        scope.put_variable(collection, name, value)
    return scanned(options)(scope, *args)

  _, own = jax.jit(core.init(given_once))(KEYS, CARRY, *xs)
  # only with its check on does scan make what is shared, and never a carry
  as_shared = scanned(options, check=True, broadcast=once)
  _, shared = jax.jit(core.init(as_shared))(KEYS, CARRY, *xs)
  expected = {**own, **{name: shared[name] for name in once}}
  chex.assert_trees_all_equal(ours, expected)


@given(drawable, FILTERS)
def test_it_runs_and_moves_the_layers_as_scan_does(drawn, mutable):
  options, xs = drawn
  ours = scope_layer_scan(layer, **options)
  _, variables = jax.jit(core.init(ours))(KEYS, CARRY, *xs)
  carried = of_kind(options, 'carried')
  # scan takes a carried collection only if it may change it
  still = [name for name in carried if not in_filter(mutable, name)]
  theirs = scanned(options, broadcast=still)
  got, expected = (
    jax.jit(core.apply(over, mutable=mutable))(
      variables, CARRY, *xs, rngs=NOISE
    )
    for over in (ours, theirs)
  )
  chex.assert_trees_all_equal(got, expected)


@given(drawable)
def test_init_returns_what_scan_gives_of_what_it_made(drawn):
  options, xs = drawn
  ours = scope_layer_scan(layer, **options)
  outputs, variables = jax.jit(core.init(ours))(KEYS, CARRY, *xs)
  flags = {'initializing': True}
  theirs = core.apply(scanned(options), mutable=True, flags=flags)
  expected, _ = jax.jit(theirs)(variables, CARRY, *xs, rngs=KEYS)
  chex.assert_trees_all_equal(outputs, expected)


@given(drawable)
def test_its_gradients_are_those_of_scan(drawn):
  options, xs = drawn
  ours = scope_layer_scan(layer, **options)
  _, variables = jax.jit(core.init(ours))(KEYS, CARRY, *xs)

  def gradients(over):
    def loss(*args):
      outputs, _ = core.apply(over, mutable=True)(*args, rngs=NOISE)
      return sum(leaf.sum() for leaf in jax.tree.leaves(outputs))

    return jax.jit(jax.grad(loss, range(2 + len(xs))))(variables, CARRY, *xs)

  got, expected = gradients(ours), gradients(scanned(options))
  chex.assert_trees_all_equal(got, expected)


def defaults(function):
  """Its arguments after the first, in their order, each with its default."""
  parameters = list(inspect.signature(function).parameters.values())
  found = {each.name: each.default for each in parameters[1:]}
  return [
    (name, {**default} if isinstance(default, Mapping) else default)
    for name, default in found.items()
  ]


@pytest.mark.parametrize(
  ('ours', 'theirs'), [(layer_scan, nn.scan), (scope_layer_scan, lift.scan)]
)
def test_it_has_the_arguments_of_scan_but_for_the_check(ours, theirs):
  expected = defaults(theirs)
  expected.remove(('check_constancy_invariants', True))
  assert defaults(ours) == [*expected, ('batched_setup', False)]


def row(fn, **options):
  """layer_scan of three layers, with parameters of their own."""
  own = {'variable_axes': {'params': 0}, 'split_rngs': {'params': True}}
  return scope_layer_scan(fn, **{'length': LAYERS, **own, **options})


@pytest.mark.parametrize('axis', [0, 1])
def test_boxes_know_of_the_axis_of_layers(axis):
  def boxed(scope, carry):
    init = nn.with_partitioning(whole, ('features',))
    return carry + scope.param('w', init, (2,)), None

  options = {'variable_axes': {'params': axis}, 'metadata_params': BOXES}
  both = {'length': LAYERS, 'split_rngs': {'params': True}, **options}
  theirs = lift.scan(boxed, **both, check_constancy_invariants=False)
  ours = row(boxed, **options)
  made = [core.init(over)(KEYS, CARRY) for over in (ours, theirs)]
  chex.assert_trees_all_equal(*made)
  variables = made[0][1]
  chex.assert_trees_all_equal(
    *(core.apply(o, mutable=True)(variables, CARRY) for o in (ours, theirs))
  )


@given(st.booleans())
def test_a_collection_may_go_in_or_out_alone(into):
  def layer(scope, carry):
    w = scope.param('w', whole, (2,))
    scope.put_variable('seen', 'carry', carry)
    return carry + w, None

  axes = {'params': In(0) if into else 0, 'seen': Out(1)}
  options = {'variable_axes': axes, 'split_rngs': {'params': True}}
  both = {**options, 'length': LAYERS}
  theirs = lift.scan(layer, **both, check_constancy_invariants=False)
  variables = {'params': {'w': numbers(12, LAYERS, 2)}}
  got, expected = (
    core.apply(over, mutable='seen')(variables, CARRY)
    for over in (row(layer, **options), theirs)
  )
  chex.assert_trees_all_equal(got, expected)


def test_what_is_broadcast_of_y_is_given_once_and_the_rest_stacked():
  def layer(scope, carry, x, same):
    w = scope.param('w', whole, (2,))
    noise = whole(scope.make_rng('noise'), (2,))
    constant = {'twice': 2 * same, 'noise': noise, 'fixed': jnp.arange(3)}
    return carry + w, (carry + x, constant, noise)

  options = {
    'split_rngs': {'params': True, 'noise': False},
    'in_axes': (0, broadcast),
  }
  xs = (numbers(13, LAYERS, 2), numbers(14, 2))
  stacked = row(layer, **options)
  over = row(layer, **options, out_axes=(1, broadcast, 0))
  _, variables = core.init(stacked)(KEYS, CARRY, *xs)
  carry, (ys, constant, noise) = core.apply(over)(
    variables, CARRY, *xs, rngs=NOISE
  )
  expected = core.apply(stacked)(variables, CARRY, *xs, rngs=NOISE)
  first = jax.tree.map(lambda leaf: leaf[0], expected[1][1])
  chex.assert_trees_all_equal(
    (carry, (ys.T, constant, noise)),
    (expected[0], (expected[1][0], first, expected[1][2])),
  )


# value of a layer -> what a message names that it depends on
DEPENDS = {
  'carry': 'the carry',
  'x': 'an x of one layer',
  'w': 'variable_axes',
  'state': 'variable_carry',
  'noise': 'split_rngs',
}


@pytest.mark.parametrize('what', ['carry', 'w', 'x', 'state', 'noise'])
def test_what_differs_between_layers_is_not_broadcast_of_y(what):
  def layer(scope, carry, x):
    found = {
      'carry': carry,
      'x': x,
      'w': scope.param('w', whole, (2,)),
      'state': scope.variable('state', 's', jnp.zeros, (2,)).value,
      'noise': whole(scope.make_rng('noise'), (2,)),
    }
    return carry, found[what]

  over = row(
    layer,
    out_axes=broadcast,
    variable_carry='state',
    split_rngs={'params': True, 'noise': True},
  )
  message = f'layer_scan: out_axes: expected .* got .* on {DEPENDS[what]}'
  with pytest.raises(ValueError, match=message):
    core.init(over)(KEYS, CARRY, numbers(15, LAYERS, 2))


@pytest.mark.parametrize('argument', ['variable_broadcast', 'variable_carry'])
def test_what_all_share_is_not_made_from_a_split_key(argument):
  def layer(scope, carry):
    return carry + scope.param('w', whole, (2,)), None

  over = row(layer, **{argument: 'params'})
  message = f'layer_scan: {argument}: expected what all .* on split_rngs'
  with pytest.raises(ValueError, match=message):
    core.init(over)(KEYS, CARRY)


@pytest.mark.parametrize(
  ('axis', 'x', 'message'),
  [
    ((0, 0), jnp.ones(3), 'in_axes: expected a prefix of the tree of xs'),
    (1, jnp.ones(3), r'in_axes: expected an axis of an x of shape \(3,\)'),
    (0, 1.0, r'in_axes: expected an axis of an x of shape \(\)'),
    ('a', jnp.ones(3), 'in_axes: expected an axis .* got .a.'),
  ],
)
def test_axes_that_an_x_does_not_have_are_refused(axis, x, message):
  over = row(lambda scope, carry, x: (carry, x), in_axes=axis)
  with pytest.raises(ValueError, match=f'layer_scan: {message}'):
    core.init(over)(KEYS, CARRY, x)


def test_an_axis_of_variables_is_a_number():
  message = r"layer_scan: variable_axes\['params'\]: expected an integer"
  with pytest.raises(ValueError, match=message):
    row(layer, variable_axes={'params': None})


def test_what_is_drawn_after_it_is_what_is_drawn_after_scan():
  def layer(scope, carry):
    w, v = (scope.param(name, whole, (2,)) for name in 'wv')
    return carry + w + v + whole(scope.make_rng('noise'), (2,)), None

  def after(transform, **options):
    def root(scope):
      split = {'params': True, 'noise': True}
      over = transform(
        layer,
        variable_axes={'params': 0},
        split_rngs=split,
        length=LAYERS,
        **options,
      )
      over(scope, CARRY)
      scope.param('u', jax.random.normal, (2,))
      return scope.make_rng('noise')

    key, variables = core.init(root)(KEYS)
    return jax.random.key_data(key), variables

  theirs = after(lift.scan, check_constancy_invariants=False)
  chex.assert_trees_all_equal(after(scope_layer_scan), theirs)
