"""Every argument of `scan` and `vmap`, in each way, against a loop."""

import inspect
from functools import partial

import chex
import jax
import pytest
from flax import linen as nn
from flax.core import apply, init, lift, meta
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.keys import derive

TIME, SIZE = 3, 2
MUTABLE = ['count', 'log']


def key(number=0):
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(number)


def stepped(w, s, count, noise, h, x, b):
  """One step of everything: the next h, count and output."""
  h = w * h + s + x + 0.1 * count + 0.01 * noise
  return h, count + 1, h + b


def on_scope(scope, h, x, b):
  """The step, on a scope: parameters, shared, carried and logged variables."""
  w, s = scope.get_variable('params', 'w'), scope.get_variable('shared', 's')
  count = scope.get_variable('count', 'n')
  noise = jax.random.normal(scope.make_rng('noise'))
  scope.put_variable('log', 'h', h)
  h, count, y = stepped(w, s, count, noise, h, x, b)
  scope.put_variable('count', 'n', count)
  return h, y


class Step(nn.Module):
  """The step, as a module."""

  def __call__(self, h, x, b):
    return on_scope(self.scope, h, x, b)


def variables(axis):
  """What the step reads, the parameters along an axis."""
  w = jax.random.normal(key(1), (TIME, SIZE))
  return {
    'params': {'w': jnp.moveaxis(w, 0, axis)},
    'shared': {'s': jnp.float32(0.5)},
    'count': {'n': jnp.float32(7)},
  }


def inner(tree):
  """Variables of a scope, as those of its child `cell`."""
  return {collection: {'cell': leaves} for collection, leaves in tree.items()}


def looped(axes, h, xs, b, reverse, draws):
  """The same as a loop in Python: h, ys, count, log."""
  parts = variables(0)
  keys = jax.random.split(key(5), TIME)
  count, ys, log = parts['count']['n'], [None] * TIME, [None] * TIME
  for t in reversed(range(TIME)) if reverse else range(TIME):
    noise = jax.random.normal(derive(keys[t], 'cell', draws))
    log[t] = h
    w, x = parts['params']['w'][t], jnp.moveaxis(xs, axes['xs'], 0)[t]
    ins = w, parts['shared']['s'], count, noise, h, x, b
    h, count, ys[t] = stepped(*ins)
  stack = lambda rows, axis: jnp.stack(rows, axis)
  moved = {'count': {'n': count}, 'log': {'h': stack(log, axes['log'])}}
  return (h, stack(ys, axes['ys'])), inner(moved)


def scanned(lifted, axes, **options):
  """A step under scan, with every kind of collection."""
  return lifted(
    variable_axes={'params': axes['params'], 'log': axes['log']},
    variable_broadcast='shared',
    variable_carry='count',
    split_rngs={'noise': True},
    in_axes=(axes['xs'], nn.broadcast),
    out_axes=axes['ys'],
    **options,
  )


AXIS = st.sampled_from([0, 1])
AXES = st.fixed_dictionaries(dict.fromkeys(('params', 'log', 'xs', 'ys'), AXIS))
OPTIONS = st.fixed_dictionaries(
  {
    'reverse': st.booleans(),
    'unroll': st.sampled_from([1, 2]),
    'length': st.sampled_from([None, TIME]),
    'check_constancy_invariants': st.booleans(),
    '_split_transpose': st.booleans(),
  }
)


@settings(max_examples=12)
@given(AXES, OPTIONS)
def test_a_scan_is_its_loop_whatever_its_arguments(axes, options):
  """Carried, broadcast and scanned collections, and a stream, all at once."""
  xs = jnp.moveaxis(jax.random.normal(key(2), (TIME, SIZE)), 0, axes['xs'])
  ins = jnp.ones(SIZE), xs, jnp.float32(3)
  # what finds out what does not change draws first
  draws = 2 if options['check_constancy_invariants'] else 1
  expected = looped(axes, *ins, options['reverse'], draws)

  def network(scope, *ins):
    scan = scanned(partial(lift.scan, on_scope), axes, **options)
    return scope.child(scan, 'cell')(*ins)

  class Network(nn.Module):
    @nn.compact
    def __call__(self, *ins):
      return scanned(partial(nn.scan, Step), axes, **options)(name='cell')(*ins)

  given_ = inner(variables(axes['params']))
  for run in (
    apply(network, mutable=MUTABLE),
    partial(Network().apply, mutable=MUTABLE),
  ):
    got = run(given_, *ins, rngs={'noise': key(5)})
    chex.assert_trees_all_close(got, expected, rtol=1e-6)


def doubled(scope, x):
  """x w, and x is logged."""
  scope.put_variable('log', 'x', x)
  return x * scope.get_variable('params', 'w')


class Doubled(nn.Module):
  """The same as a module."""

  def __call__(self, x):
    return doubled(self.scope, x)


@settings(max_examples=8)
@given(
  st.fixed_dictionaries(dict.fromkeys(('params', 'log', 'xs', 'ys'), AXIS)),
  st.sampled_from([None, TIME]),
  st.booleans(),
)
def test_a_vmap_is_its_loop_whatever_its_arguments(axes, axis_size, shared):
  rows = jax.random.normal(key(2), (TIME, SIZE))
  w = jax.random.normal(key(1), (TIME, SIZE))
  ys = [x * (w[0] if shared else w[t]) for t, x in enumerate(rows)]
  moved = lambda leaf, name: jnp.moveaxis(leaf, 0, axes[name])
  params = {'w': w[0] if shared else moved(w, 'params')}
  expected = jnp.stack(ys, axes['ys']), {'log': {'x': moved(rows, 'log')}}
  how = {
    'variable_axes': {
      'params': None if shared else axes['params'],
      'log': axes['log'],
    },
    'split_rngs': {},
    'in_axes': axes['xs'],
    'out_axes': axes['ys'],
    'axis_size': axis_size,
  }
  xs = moved(rows, 'xs')
  for run in (
    apply(lift.vmap(doubled, **how), mutable=['log']),
    partial(nn.vmap(Doubled, **how)().apply, mutable=['log']),
  ):
    chex.assert_trees_all_close(run({'params': params}, xs), expected)


def test_data_transform_sees_what_a_step_is_given():
  """Of each step, and of what finds out what does not change."""
  seen = []

  def transform(variable_groups, rng_groups):
    seen.append(jax.tree.map(jnp.shape, variable_groups))
    return variable_groups, rng_groups

  axes = dict.fromkeys(('params', 'log', 'xs', 'ys'), 0)
  ins = jnp.ones(SIZE), jnp.ones((TIME, SIZE)), jnp.float32(3)
  rngs = {'noise': key(5)}
  counts = []
  how = {'data_transform': transform}
  of_scope = scanned(partial(lift.scan, on_scope), axes, **how)
  of_linen = scanned(partial(nn.scan, Step), axes, **how)().apply
  for scan in (
    apply(of_scope, mutable=MUTABLE),
    partial(of_linen, mutable=MUTABLE),
  ):
    scan(variables(0), *ins, rngs=rngs)
    counts.append(len(seen))
    assert {'w': (SIZE,)} in [p for g in seen for p in leaves_of(g)]
    rngs = {'noise': key(6)}
    seen.clear()
  assert counts[0] == counts[1] > 0


def leaves_of(groups):
  """The collections of parameters in the groups of variables."""
  return [g['params'] for group in groups for g in group if 'params' in g]


@pytest.mark.parametrize('lifted', [lift.vmap, lift.scan])
def test_metadata_params_name_the_axis_that_is_added(lifted):
  """Of boxed variables: nothing else looks at them."""

  def body(scope, *ins):
    box = nn.with_partitioning(nn.initializers.ones, ('in',))
    scope.param('w', box, (SIZE,))
    return ins if len(ins) > 1 else ins[0]

  how = {
    'variable_axes': {'params': 0},
    'split_rngs': {'params': True},
    'metadata_params': {nn.PARTITION_NAME: 'layers'},
  }
  ins = (0.0, jnp.ones(TIME)) if lifted is lift.scan else (jnp.ones(TIME),)
  _, made = init(lifted(body, **how))(key(), *ins)
  box = made['params']['w']
  assert isinstance(box, meta.AxisMetadata)
  assert box.names == ('layers', 'in')


def test_spmd_axis_name_reaches_what_is_mapped():
  """A constraint inside of `vmap` gets the mesh axis of what it maps."""
  mesh = jax.make_mesh((1,), ('data',))
  spec = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())

  def body(scope, x):
    del scope
    return jax.lax.with_sharding_constraint(x, spec)

  class Body(nn.Module):
    def __call__(self, x):
      return body(self.scope, x)

  how = {'variable_axes': {}, 'split_rngs': {}, 'spmd_axis_name': 'data'}
  xs = jnp.ones((TIME, SIZE))
  texts = [
    str(jax.make_jaxpr(f)(xs)).split('sharding=')[1]
    for f in (
      partial(apply(lift.vmap(body, **how)), {}),
      partial(nn.vmap(Body, **how)().apply, {}),
      jax.vmap(partial(body, None), spmd_axis_name='data'),
    )
  ]
  assert texts[0] == texts[1] == texts[2]
  assert "'data'" in texts[0]


TRIED = {
  'scan': {
    *inspect.signature(scanned).parameters,
    'variable_axes',
    'variable_broadcast',
    'variable_carry',
    'split_rngs',
    'in_axes',
    'out_axes',
    'reverse',
    'unroll',
    'length',
    'check_constancy_invariants',
    '_split_transpose',
    'data_transform',
    'metadata_params',
  },
  'vmap': {
    'variable_axes',
    'split_rngs',
    'in_axes',
    'out_axes',
    'axis_size',
    'axis_name',  # in test_pitfalls_of_collections
    'spmd_axis_name',
    'metadata_params',
  },
}
TARGETS = {'fn', 'target', 'methods'}  # in test_targets


@pytest.mark.parametrize('name', TRIED)
def test_every_argument_of_the_installed_flax_is_tried(name):
  for module in lift, nn:
    there = {*inspect.signature(getattr(module, name)).parameters}
    assert there - TARGETS <= TRIED[name]
