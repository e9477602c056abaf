"""batched_setup on is batched_setup off in all but speed, or is refused.

As among the arguments, all numbers are small and whole, and what is equal is
equal bit for bit.
"""

from functools import partial
from typing import Any

import chex
import jax
import pytest
from flax import core
from flax import linen as nn
from flax.core import DenyList, lift
from flax.errors import ScopeCollectionNotFound
from hypothesis import given
from hypothesis import strategies as st
from jax import lax
from jax import numpy as jnp
from jax.experimental import io_callback

from core_rnn.scope.transforms.layer_scan import derived, layer_scan
from linen_rnn.transforms.layer_scan import derived as linen_derived
from linen_rnn.transforms.layer_scan import layer_scan as linen_layer_scan

LAYERS = 3
KEYS = {'params': jax.random.key(0), 'noise': jax.random.key(1)}
NOISE = {'noise': jax.random.key(2)}
CARRY = jnp.asarray([1.0, -1.0])
SPLIT = {'params': True, 'noise': True}


def whole(key, shape):
  return jax.random.randint(key, shape, -2, 3).astype(jnp.float32)


def twice(w):
  return 2 * w


def tree(w):
  return {'sum': w.sum(), 'more': (jnp.stack([w, w + 1]), w.astype(jnp.int32))}


def total(values):
  leaves = jax.tree.leaves(values)
  return sum(leaf.sum().astype(jnp.float32) for leaf in leaves)


def plainly(scope, w, s, x):
  return derived(scope, 'k', twice, w)


def of_two_names(scope, w, s, x):
  return derived(scope, 'a', twice, w) * derived(scope, 'b', tree, w)['sum']


def of_one_name(scope, w, s, x):
  again = derived(scope, 'k', tree, w), derived(scope, 'k', twice, w + 1)
  return derived(scope, 'k', twice, w) + total(again)


def of_an_x(scope, w, s, x):
  return derived(scope, 'k', lambda w: w * x, w)


def of_statistics(scope, w, s, x):
  return derived(scope, 'k', twice, s)


def in_a_child_twice(scope, w, s, x):
  found = []
  for size in (1, 2):
    child = scope.push('child', reuse=True)
    found.append(derived(child, 'k', lambda w, n=size: w[:n], w))
  return found[0] - 2 * found[1]


def in_a_branch(scope, w, s, x):
  def yes(scope, w):
    return derived(scope, 'k', twice, w)

  def no(scope, w):
    return derived(scope, 'another', lambda w: w - 1, w)

  return lift.cond(x.sum() > 0, yes, no, scope, w)


def within(transform):
  """A setup: w * u + 1 for each w, derived within a transform of Flax."""

  def inner(scope, row):
    u = scope.param('u', whole, ())
    return derived(scope, 'k', lambda w, u: w * u + 1, row, u)

  return lambda scope, w, s, x: transform(inner)(scope, w)


def in_order(transform):
  """A scan, of a function that has no carry."""

  def of(inner):
    def step(scope, carry, row):
      return carry, inner(scope, row)

    return lambda scope, w: transform(step)(scope, jnp.zeros(()), w)[1]

  return of


def jitted(inner):
  """lift.jit, which takes a hash of a module besides."""
  over = lift.jit(lambda scope, _, w: inner(scope, w))
  return lambda scope, w: over(scope, 0, w)


EACH: dict[str, Any] = {
  'variable_axes': {'params': 0},
  'split_rngs': {'params': True},
}
ALL: dict[str, Any] = {
  'variable_axes': {DenyList(()): 0},
  'split_rngs': {'params': True},
}
ONE: dict[str, Any] = {
  'variable_broadcast': True,
  'split_rngs': {'params': False},
}
SAME: dict[str, Any] = {
  'variable_axes': {True: None},
  'split_rngs': {'params': False},
}
TRANSFORMS: dict[str, Any] = {
  'vmap': partial(lift.vmap, **EACH),
  'vmap of all': partial(lift.vmap, **ALL),
  'vmap of one': partial(lift.vmap, **SAME),
  'scan': in_order(partial(lift.scan, **EACH)),
  'scan of all': in_order(partial(lift.scan, **ALL)),
  'scan of one': in_order(partial(lift.scan, **ONE)),
  'layer_scan': in_order(partial(layer_scan, **EACH)),
  'batched': in_order(partial(layer_scan, **EACH, batched_setup=True)),
  'batched, of all': in_order(partial(layer_scan, **ALL, batched_setup=True)),
  'map_variables': partial(lift.map_variables, mapped_collections='stats'),
  'remat': lift.remat,
  'remat of params': partial(lift.remat, variables='params'),
  'jit': jitted,
}
SETUPS = {
  'plainly': plainly,
  'of two names': of_two_names,
  'of one name': of_one_name,
  'of an x': of_an_x,
  'of statistics': of_statistics,
  'in a child twice': in_a_child_twice,
  'in a branch': in_a_branch,
  **{name: within(over) for name, over in TRANSFORMS.items()},
}


def layer_of(setups):
  """A layer that derives as setups do, draws, and moves its statistics."""

  def layer(scope, carry, x):
    w = scope.param('w', whole, (2,))
    stats = scope.variable('stats', 's', jnp.ones, (2,))
    noise = scope.child(lambda child: whole(child.make_rng('noise'), (2,)))
    carry = carry + noise()
    for name in setups:
      k = scope.child(SETUPS[name], name)(w, stats.value, x)
      carry = carry * w + total(k)
    if not scope.get_flag('initializing', False):
      stats.value += carry
    return carry, (carry, whole(scope.make_rng('noise'), (2,)))

  return layer


def doubled(variables, keys):
  """A data_transform that counts its groups."""
  shared, carried, *own = variables
  own = jax.tree.map(lambda leaf: 2 * leaf, own)
  return (shared, carried, *own), keys


OPTIONS = st.fixed_dictionaries(
  {
    'variable_axes': st.sampled_from(
      [{True: 0}, {'stats': 1, True: -1}, {'params': -1, DenyList('params'): 0}]
    ),
    'variable_broadcast': st.sampled_from([False, 'stats', ['stats']]),
    'reverse': st.booleans(),
    'unroll': st.sampled_from([1, 2]),
    'data_transform': st.sampled_from([None, doubled]),
  }
)
SOME = st.lists(st.sampled_from([*SETUPS]), min_size=1, max_size=3, unique=True)
XS = whole(jax.random.key(3), (LAYERS, 2))


def both(setups, options):
  """layer_scan of a layer, without a batched setup and with one."""
  layer = layer_of(setups)
  always = {'split_rngs': SPLIT, **options}
  return [layer_scan(layer, **always, batched_setup=on) for on in (False, True)]


@given(SOME, OPTIONS)
def test_it_changes_nothing_that_init_makes_or_returns(setups, options):
  off, on = (
    jax.jit(core.init(over))(KEYS, CARRY, XS) for over in both(setups, options)
  )
  chex.assert_trees_all_equal(on, off)


@given(SOME, OPTIONS)
def test_it_changes_no_output_draw_or_update_of_apply(setups, options):
  rows = both(setups, options)
  _, variables = jax.jit(core.init(rows[0]))(KEYS, CARRY, XS)
  off, on = (
    jax.jit(core.apply(over, mutable=True))(variables, CARRY, XS, rngs=NOISE)
    for over in rows
  )
  chex.assert_trees_all_equal(on, off)


@given(SOME, OPTIONS)
def test_it_changes_no_gradient(setups, options):
  rows = both(setups, options)
  _, variables = jax.jit(core.init(rows[0]))(KEYS, CARRY, XS)

  def gradients(over):
    def loss(*args):
      return total(core.apply(over, mutable=True)(*args, rngs=NOISE)[0])

    return jax.jit(jax.grad(loss, (0, 1, 2)))(variables, CARRY, XS)

  off, on = map(gradients, rows)
  chex.assert_trees_all_equal(on, off)


def sine(w):
  return jnp.sin(w)


def sized(scope, carry, x):
  """Derives twice under one name, of two shapes."""
  w = scope.param('w', whole, (2,))
  short = derived(scope, 'k', lambda w: jnp.sin(w[:1]), w)
  return carry + derived(scope, 'k', sine, w) + short.sum(), None


def rematted(scope, carry, x):
  """Derives within a remat."""

  def inner(scope, carry):
    w = scope.param('w', whole, (2,))
    return carry + scope.child(derived, 'child')('k', sine, w)

  return lift.remat(inner)(scope, carry), None


@pytest.mark.parametrize(('layer', 'sines'), [(sized, 2), (rematted, 1)])
def test_what_is_derived_twice_or_within_a_remat_is_still_batched(layer, sines):
  over = layer_scan(layer, **EACH, batched_setup=True)
  _, variables = core.init(over)(KEYS, CARRY, XS)
  main = lambda *args: core.apply(over)(*args)[0]
  jaxpr = jax.make_jaxpr(main)(variables, CARRY, XS).jaxpr
  jaxpr, _ = jax.interpreters.partial_eval.dce_jaxpr(jaxpr, [True])
  (loop,) = (e for e in jaxpr.eqns if e.primitive.name == 'scan')
  inside = str(loop).count(' sin ')
  assert (str(jaxpr).count(' sin ') - inside, inside) == (sines, 0)


class Kernel(nn.Module):
  """A layer whose setup depends on how long the carry is."""

  @nn.compact
  def __call__(self, carry, _=None):
    w = self.param('w', whole, (4,))
    k = linen_derived(self, 'k', lambda w: jnp.cumsum(w[: len(carry)]), w)
    mask = nn.Dropout(0.5, deterministic=False, name='mask')
    return mask(carry) + k, None


class Rows(nn.Module):
  """Layers called several times, on carries of other shapes."""

  batched_setup: bool

  @nn.compact
  def __call__(self, *carries):
    rows = linen_layer_scan(
      Kernel,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': True},
      length=LAYERS,
      batched_setup=self.batched_setup,
    )(name='rows')
    return [rows(carry)[0] for carry in carries]


@given(st.lists(st.sampled_from([1, 2, 4]), min_size=2, max_size=3))
def test_layers_may_be_called_again_with_other_shapes(sizes):
  carries = [jnp.ones(size) for size in sizes]
  keys = {'params': KEYS['params'], 'dropout': KEYS['noise']}
  off, on = (
    jax.jit(Rows(on).init_with_output)(keys, *carries) for on in (False, True)
  )
  chex.assert_trees_all_equal(on, off)
  rngs = {'dropout': NOISE['noise']}
  off, on = (
    jax.jit(Rows(on).apply)(off[1], *carries, rngs=rngs) for on in (False, True)
  )
  chex.assert_trees_all_equal(on, off)


def test_what_is_derived_may_know_of_an_axis_that_all_layers_are_under():
  def layer(scope, carry):
    w = scope.param('w', whole, (2,))
    mean = lambda w: lax.psum(w, 'batch')
    return carry + derived(scope, 'k', mean, w), None

  variables = {'params': {'w': jnp.arange(6.0).reshape(LAYERS, 2)}}
  sums = []
  for on in (False, True):
    over = layer_scan(layer, **EACH, length=LAYERS, batched_setup=on)
    apply = lambda carry, over=over: core.apply(over)(variables, carry)[0]
    sums.append(jax.vmap(apply, axis_name='batch')(jnp.ones((4, 2))))
  chex.assert_trees_all_equal(*sums)


def stored(w):
  """2 w, by way of a reference."""
  ref = jax.new_ref(w)
  ref[...] = 2 * w
  return ref[...]


def stored_in_a_loop(w):
  """4 w, by way of a reference that a loop writes to."""
  ref = jax.new_ref(w)

  def double(_, none):
    ref[...] = 2 * ref[...]
    jax.debug.callback(lambda: None)
    return none

  lax.fori_loop(0, 2, double, None)
  return ref[...]


@pytest.mark.parametrize('f', [stored, stored_in_a_loop])
def test_an_initializer_may_write_to_a_reference_of_its_own(f):
  """And so may a layer, in what is derived or not."""

  def layer(scope, carry):
    w = scope.param('w', lambda key: f(whole(key, (2,))))
    return carry + stored(carry) + derived(scope, 'k', stored, w), None

  options = {**EACH, 'length': LAYERS}
  plain = lift.scan(layer, **options, check_constancy_invariants=False)
  expected = core.init(plain)(KEYS, CARRY)
  assert jnp.any(expected[1]['params']['w'] != 0)
  for on in (False, True):
    got = core.init(layer_scan(layer, **options, batched_setup=on))(KEYS, CARRY)
    chex.assert_trees_all_equal(got, expected)


def test_what_one_branch_derives_stays_there_though_another_scope_is_deeper():
  def one(scope, x):
    return x + derived(scope, 'k', twice, scope.get_variable('params', 'w'))

  def layer(scopes, carry):
    deeper, scope = scopes
    carry = (
      carry + deeper.param('w', whole, (2,)) + scope.param('w', whole, (2,))
    )
    plain = lambda scope, x: x
    return lift.cond(carry.sum() > 0, one, plain, scope, carry), None

  results = []
  for on in (False, True):
    over = layer_scan(layer, **EACH, length=LAYERS, batched_setup=on)

    def network(scope, carry, over=over):
      deeper = scope.push('a').push('b').push('c')
      return over((deeper, scope.push('x')), carry)

    results.append(core.init(network)(KEYS, CARRY))
  chex.assert_trees_all_equal(*results)


def test_layers_made_again_run_on_what_was_made_last():
  """A count of the calls: what init returns is of the last, 2."""

  def layer(scope, carry):
    calls = scope.variable('memory', 'calls', lambda: jnp.zeros(()))
    calls.value += 1
    return carry + calls.value, None

  over = layer_scan(layer, variable_carry='memory', length=LAYERS)
  both = lambda scope, carry: [over(scope, carry)[0] for _ in range(2)]
  results, variables = core.init(both)(KEYS, CARRY)
  assert variables == {'memory': {'calls': 2}}
  expected, _ = core.apply(over, mutable='memory')(variables, CARRY)
  chex.assert_trees_all_equal(results[1], expected[0])


def of_the_carry(scope, w, carry, noise):
  return derived(scope, 'k', lambda w: w * carry, w)


def of_an_argument(scope, w, carry, noise):
  return derived(scope, 'k', lambda w, c: w + c, w, carry)


def of_the_carry_in_a_remat(scope, w, carry, noise):
  inner = lambda scope, carry: derived(scope, 'k', lambda w: w * carry, w)
  return lift.remat(inner)(scope, carry)


def of_what_is_carried(scope, w, carry, noise):
  return derived(scope, 'k', twice, scope.get_variable('memory', 'm'))


def of_what_has_moved(scope, w, carry, noise):
  scope.put_variable('stats', 's', carry)
  return derived(scope, 'k', twice, scope.get_variable('stats', 's'))


def of_a_draw(scope, w, carry, noise):
  return derived(scope, 'k', lambda w: w + whole(noise, (2,)), w)


def drawing(scope, w, carry, noise):
  draw = lambda w: w + whole(scope.make_rng('noise'), (2,))
  return derived(scope, 'k', draw, w)


def drawing_for_nothing(scope, w, carry, noise):
  return derived(scope, 'k', lambda w: (scope.make_rng('noise'), w)[1], w)


def moving(scope, w, carry, noise):
  def f(w):
    scope.put_variable('stats', 's', w)
    return w

  return derived(scope, 'k', f, w)


def printing(scope, w, carry, noise):
  def f(w):
    jax.debug.print('{}', w)
    return w

  return derived(scope, 'k', f, w)


def asking(scope, w, carry, noise):
  ask = partial(io_callback, lambda w: w)
  return derived(scope, 'k', lambda w: ask(w, w), w)


def of_an_answer(scope, w, carry, noise):
  answer = io_callback(lambda w: w, w, w)
  return derived(scope, 'k', twice, answer)


REFUSED = {
  of_the_carry: 'depends on the carry',
  of_an_argument: 'depends on the carry',
  of_the_carry_in_a_remat: 'depends on the carry',
  of_what_is_carried: 'depends on variable_carry',
  of_what_has_moved: 'depends on the carry',
  of_a_draw: 'depends on a draw',
  drawing: 'one that draws',
  drawing_for_nothing: 'one that draws',
  moving: 'one that does not',
  printing: "one of .'Debug'.",
  asking: "one of .'IO'.",
  of_an_answer: 'depends on a callback',
}


def refusing(setup, **options):
  """layer_scan of a layer that derives what it must not."""

  def layer(scope, carry):
    w = scope.param('w', whole, (2,))
    scope.variable('stats', 's', jnp.zeros, (2,))
    scope.variable('memory', 'm', jnp.zeros, (2,))
    return carry + setup(scope, w, carry, scope.make_rng('noise')), None

  return layer_scan(
    layer,
    variable_axes={'params': 0, 'stats': 0},
    variable_carry='memory',
    split_rngs=SPLIT,
    length=LAYERS,
    **options,
  )


@pytest.mark.parametrize(
  ('setup', 'why'), REFUSED.items(), ids=[f.__name__ for f in REFUSED]
)
def test_what_cannot_be_known_before_the_loop_is_refused(setup, why):
  off, on = (refusing(setup, batched_setup=each) for each in (False, True))
  message = f'derived: f: expected a function .* got .*{why}'
  with pytest.raises(ValueError, match=message):
    core.init(on)(KEYS, CARRY)
  _, variables = core.init(off)(KEYS, CARRY)  # and not if it is not asked for
  with pytest.raises(ValueError, match=message):
    core.apply(on, mutable=True)(variables, CARRY, rngs=NOISE)


def remade(scope, carry, *, always):
  """A layer whose w is what its scope has, doubled."""

  def inner(scope, carry):
    return carry + scope.param('w', whole, (2,))

  made = always or scope.get_flag('initializing', False)
  doubled = lambda tree: jax.tree.map(twice, tree)
  halved = lambda tree: jax.tree.map(lambda leaf: leaf / 2, tree)
  options = {'map_in_fn': doubled, 'map_out_fn': halved, 'init': made}
  return lift.map_variables(inner, 'params', **options)(scope, carry), None


def test_a_layer_may_map_its_variables_and_make_them_while_initializing():
  layer = partial(remade, always=False)
  off, on = (
    layer_scan(layer, **EACH, length=LAYERS, batched_setup=each)
    for each in (False, True)
  )
  made = core.init(off)(KEYS, CARRY)
  chex.assert_trees_all_equal(core.init(on)(KEYS, CARRY), made)
  off, on = (core.apply(over)(made[1], CARRY) for over in (off, on))
  chex.assert_trees_all_equal(on, off)


def test_flax_makes_mapped_variables_again_where_anything_is_mutable():
  """And finds none of them; so a layer that always makes them is refused."""
  layer = partial(remade, always=True)
  always = {**EACH, 'variable_axes': {True: 0}, 'length': LAYERS}
  off, on = (
    layer_scan(layer, **always, batched_setup=each) for each in (False, True)
  )
  _, variables = core.init(off)(KEYS, CARRY)
  core.apply(off)(variables, CARRY)
  with pytest.raises(ScopeCollectionNotFound, match='map_variables'):
    core.apply(off, mutable='another')(variables, CARRY)
  message = 'batched_setup: expected a layer whose map_variables'
  with pytest.raises(ValueError, match=message):
    core.apply(on)(variables, CARRY)


def test_variables_that_are_missing_are_missed_in_the_words_of_flax():
  over = layer_scan(sized, **EACH, length=LAYERS, batched_setup=True)
  with pytest.raises(ScopeCollectionNotFound, match='"w"'):
    core.apply(over)({}, CARRY, XS)
