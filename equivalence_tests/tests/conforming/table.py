"""Every transform of Flax, and ours, as the kit is told of it."""

from functools import partial
from typing import Any

import jax
from flax import linen as nn
from flax.core import FrozenDict, lift
from flax.core.scope import LazyRng
from flax.linen import transforms
from flax.linen.transforms import lift_transform
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.scope.transforms.layer_scan import layer_scan as scope_layer_scan
from equivalence_tests.conforming.lifted import (
  CELL,
  Lifted,
  Numbers,
  key_of,
  once,
)
from equivalence_tests.templates.transform.conformance import COUNT, TIMES_OVER
from linen_rnn.transforms.layer_scan import layer_scan

N = 3
WITHOUT_KEYWORDS = {'keyword arguments': 'unexpected keyword'}
NO_TREES = {'several scopes at once': 'does not yet support Modules'}
OF_FUNCTIONS: dict[str, Any] = {
  'takes': ('function', 'scopes'),
  'refuses': WITHOUT_KEYWORDS,
}
NO_KEYWORDS = {'keyword arguments': 'kwargs are not supported'}
LAYERS: dict[str, Any] = {'metadata_params': {nn.PARTITION_NAME: 'layers'}}


def stacked(rows):
  """Trees [...] as one, [N, ...]."""
  return jax.tree.map(lambda *leaves: jnp.stack(leaves), *rows)


def row(tree, i):
  """One of them."""
  return jax.tree.map(lambda leaf: leaf[i], tree)


# What is as if it were not there.


def keyed(lifted):
  """core's, that has one argument more, and forgets the path of its scope.

  So the first draw of the scope, which has the path, is made the root of those
  inside, as linen does.
  """

  def transform(f):
    body = lambda scope, _, h, **kwargs: f(scope, h, **kwargs)

    def layer(scope, h, **kwargs):
      for one in jax.tree.leaves(scope):
        one.rngs = {n: LazyRng.create(one.make_rng(n)) for n in one.rngs}
      return lifted(body)(scope, 0, h, **kwargs)

    return layer

  return transform


def folded(keys):
  """Keys that have been drawn once, of the scope, and have no path any more."""
  return {name: derive(key, CELL, 1) for name, key in keys.items()}


def with_folded(step, variables, keys, h):
  """One step, of such keys."""
  return step(variables, folded(keys), h)


def of_folded(make, keys):
  """Its variables, of such keys."""
  return make(folded(keys))


FOLDED: dict[str, Any] = {
  'loop': with_folded,
  'makes': of_folded,
  'numbers': Numbers(2, 2, 2),
  'path': (),
}


def forked(f):
  """A function of a module, within keys of its own."""

  def lifted(module, h, **kwargs):
    with transforms.fork_rngs(module):
      return f(module, h, **kwargs)

  return lifted


def swapped(f):
  """Two collections exchanged, and back."""
  swap = partial(lift.swap_collection, col_a='count', col_b='other')
  return swap(swap(f))


NOTHING = (
  Lifted(
    'jit',
    keyed(lift.jit),
    nn.jit,
    # linen names what it compiles by the class
    refuses={'the forms are one program': 'init of jit of a class: expected'},
    **FOLDED,
  ),
  Lifted('remat', lift.remat, nn.remat),
  Lifted('checkpoint', lift.checkpoint, nn.checkpoint),
  Lifted('named_call', None, nn.named_call, takes=('function', 'method')),
  Lifted('fold_rngs', keyed(lift.fold_rngs), nn.fold_rngs, **FOLDED),
  Lifted('fork_rngs', None, forked, takes=('function',), **FOLDED),
  Lifted(
    'swap_collection',
    swapped,
    partial(lift_transform, swapped),
    carries=False,  # both have to be mutable, or what moved is lost
  ),
  Lifted(
    'add_metadata_axis',
    None,
    partial(nn.add_metadata_axis, variable_axes={'params': 0}, **LAYERS),
    adds=('layers',),
  ),
  Lifted(
    'cond',
    lambda f: lambda scope, h: lift.cond(True, f, f, scope, h),
    lambda f: lambda module, h: nn.cond(True, f, f, module, h),
    **OF_FUNCTIONS,
  ),
  Lifted(
    'switch',
    lambda f: lambda scope, h: lift.switch(0, [f, f], scope, h),
    lambda f: lambda module, h: nn.switch(0, [f, f], module, h),
    **OF_FUNCTIONS,
  ),
)


# What is stored in another form.


def halved(make, keys):
  """Half of what one step would make."""
  made = make(keys)
  half = jax.tree.map(lambda leaf: leaf / 2, made['params'])
  return {**made, 'params': half}


def twofold(step, variables, keys, h):
  """One step, of twice what is stored."""
  doubled = jax.tree.map(lambda leaf: leaf * 2, variables['params'])
  return step({**variables, 'params': doubled}, keys, h)


DOUBLE, HALF = (
  partial(jax.tree.map, lambda leaf, by=by: leaf * by) for by in (2, 0.5)
)


def begins(module):
  """Whether `init` runs, of a scope, several, or a module."""
  scopes = jax.tree.leaves(getattr(module, 'scope', module))
  return scopes[0].get_flag('initializing', False)


def viewed(lifted):
  """It makes variables in `init` alone: elsewhere it would find none."""

  def transform(f):
    def view(module, h, **kwargs):
      how = {'init': begins(module), 'mutable': True}
      return lifted(f, 'params', DOUBLE, HALF, **how)(module, h, **kwargs)

    return view

  return transform


VIEWS = (
  Lifted(
    'map_variables',
    viewed(lift.map_variables),
    viewed(nn.map_variables),
    twofold,
    makes=halved,
    takes=('function', 'scopes'),
    numbers=Numbers(1, 1, 2),  # in init it runs once to make, and once more
  ),
)


# What returns derivatives.


def pulled(step, variables, keys, h):
  """h', and what ones come to for the parameters and h."""
  state = {c: of for c, of in variables.items() if c != 'params'}

  def of_both(params, h):
    return step({'params': params, **state}, keys, h)

  y, pull, moved = jax.vjp(of_both, variables['params'], h, has_aux=True)
  return (y, pull(jnp.ones_like(y))), moved


def pulling(vjp):
  """h', with what ones come to; in `init` parameters are only made."""

  def transform(f):
    def lifted(module, h):
      if begins(module):
        return f(module, h)
      y, back = vjp(f, module, h)
      params, slope = back(jnp.ones_like(h))
      return y, (params['params'], slope)

    return lifted

  return transform


def pushed(step, variables, keys, h):
  """h', and what comes of ones for h."""
  alone = lambda h: step(variables, keys, h)
  return jax.jvp(alone, (h,), (jnp.ones_like(h),), has_aux=True)


def of_pushed(step, variables, keys, h):
  """The same as a pair, and what moved."""
  y, tangent, moved = pushed(step, variables, keys, h)
  return (y, tangent), moved


def summed(step, variables, keys, h):
  """The sum of h', and its derivative by h."""

  def total(h):
    y, moved = step(variables, keys, h)
    return y.sum(), moved

  (y, moved), slope = jax.value_and_grad(total, has_aux=True)(h)
  return (y, (slope,)), moved


def only_slope(step, variables, keys, h):
  """The derivative alone."""
  (_, slopes), moved = summed(step, variables, keys, h)
  return slopes, moved


def total(f):
  """The sum of what f returns."""
  return lambda module, h: f(module, h).sum()


def own_rule(custom, vjp):
  """A rule of its own, which is that of JAX."""

  def transform(f):
    ahead = lambda module, h: vjp(f, module, h)
    return custom(f, ahead, lambda back, g: back(g))

  return transform


SLOPES = (
  Lifted(
    'vjp',
    pulling(lift.vjp),
    pulling(nn.vjp),
    pulled,
    began=once,
    takes=('function',),
    refuses=WITHOUT_KEYWORDS,
  ),
  Lifted(
    'jvp',
    lambda f: lambda s, h: lift.jvp(f, s, (h,), (jnp.ones_like(h),), {}),
    lambda f: lambda m, h: nn.jvp(f, m, (h,), (jnp.ones_like(h),), {}),
    of_pushed,
    takes=('function',),
    refuses=WITHOUT_KEYWORDS,
  ),
  Lifted(
    'value_and_grad',
    lambda f: lambda s, h: lift.value_and_grad(total(f), s, h),
    lambda f: lambda m, h: nn.value_and_grad(total(f), m, h),
    summed,
    **OF_FUNCTIONS,
  ),
  Lifted(
    'grad',
    None,
    lambda f: lambda m, h: nn.grad(total(f), m, h),
    only_slope,
    **OF_FUNCTIONS,
  ),
  Lifted(
    'custom_vjp',
    own_rule(lift.custom_vjp, lift.vjp),
    own_rule(nn.custom_vjp, nn.vjp),
    takes=('function', 'scopes'),
    refuses={
      **NO_KEYWORDS,
      **NO_TREES,
      'inside of jvp': "can't apply forward-mode autodiff",
    },
  ),
)


# What maps.


def rows_of(h):
  """What is mapped: [N, features]."""
  return jnp.stack([h * (i + 1) for i in range(N)])


def mapped(of_params, step, variables, keys, h):
  """Each row by itself: of parameters of its own, or all of the same."""
  ys, moves = [], []
  for i in range(N):
    state = {c: row(of, i) for c, of in variables.items() if c != 'params'}
    params = of_params(variables['params'], i)
    y, moved = step(
      {'params': params, **state}, key_of(keys, i, N), h * (i + 1)
    )
    ys.append(y)
    moves.append(moved)
  return jnp.stack(ys), stacked(moves)


def all_alike(make, keys):
  """The parameters of one, and a state for each."""
  made = make(keys)
  state = {c: of for c, of in made.items() if c != 'params'}
  return {'params': made['params'], **stacked([state] * N)}


def each_its_own(make, keys):
  """The variables of each, from keys of its own."""
  return stacked([make(key_of(keys, i, N)) for i in range(N)])


def mapping(name, params, **how):
  """vmap over rows."""
  options: dict[str, Any] = {
    'variable_axes': {'params': params, 'count': 0},
    'split_rngs': {'params': params is not None, 'noise': True},
    **LAYERS,
  }
  of_params = (lambda p, i: p) if params is None else row
  return Lifted(
    name,
    partial(lift.vmap, **options),
    partial(nn.vmap, **options),
    partial(mapped, of_params),
    call=lambda f, h, **kwargs: f(rows_of(h), **kwargs),
    refuses=NO_KEYWORDS,
    **how,
  )


MAPS = (
  mapping('vmap, one for all', None, makes=all_alike),
  mapping('vmap, each its own', 0, makes=each_its_own, adds=('layers',)),
)


# What runs one after the other.

NO_OPTIONS: FrozenDict[str, Any] = FrozenDict()


def to_pair(f):
  """f(scope, h) -> h as (scope, h, x) -> (h, y)."""

  def step(scope, h, _=None, **kwargs):
    return f(scope, h, **kwargs), h

  return step


def in_turn(of_params, carried, order, step, variables, keys, h):
  """Steps, of a state that each has for itself, or hands to the next."""
  hs, moves = [h] * N, [{}] * N
  state = {c: of for c, of in variables.items() if c != 'params'}
  for i in order:
    own = state if carried else row(state, i)
    params = of_params(variables['params'], i)
    hs[i] = h
    h, moves[i] = step({'params': params, **own}, key_of(keys, i, N), h)
    state = moves[i] if carried else state
  return (h, jnp.stack(hs)), state if carried else stacked(moves)


def scanning(name, lifted, params, carried, options=NO_OPTIONS, **how):
  """Steps in turn, with one set of parameters or one each."""
  scope, linen = lifted
  shared = params is None
  count = {} if carried else {'count': 0}
  order = reversed(range(N)) if 'reverse' in options else range(N)
  options = {
    'variable_axes': count if shared else {'params': params, **count},
    'variable_broadcast': 'params' if shared else False,
    'variable_carry': 'count' if carried else False,
    'split_rngs': {'params': not shared, 'noise': True},
    'length': N,
    **LAYERS,
    **options,
  }
  of_params = (lambda p, i: p) if shared else row
  return Lifted(
    name,
    partial(scope, **options),
    partial(linen, **options),
    partial(in_turn, of_params, carried, tuple(order)),
    body=to_pair,
    call=lambda f, h, **kwargs: f(h, None, **kwargs),
    refuses=NO_KEYWORDS,
    adds=() if shared else ('layers',),
    **how,
  )


SCAN = lift.scan, nn.scan
LAYER_SCAN = scope_layer_scan, layer_scan
BACK = {'reverse': True, 'unroll': 2}
AHEAD = {'batched_setup': True}
ALIKE: dict[str, Any] = {'makes': all_alike}
OWN: dict[str, Any] = {'makes': each_its_own}
# A scan runs a step once more, to see what is constant in it, and that draws.
ONCE_MORE = Numbers(1, 2, 2)
MADE_ONCE_MORE = Numbers(3, 2, 2)
SCANS = (
  scanning('scan, one for all', SCAN, None, False, numbers=ONCE_MORE, **ALIKE),
  scanning('scan, each its own', SCAN, 0, False, numbers=MADE_ONCE_MORE, **OWN),
  scanning('scan, back', SCAN, 0, False, BACK, numbers=MADE_ONCE_MORE, **OWN),
  scanning('layer_scan, one for all', LAYER_SCAN, None, False, **ALIKE),
  scanning('layer_scan, each its own', LAYER_SCAN, 0, False, **OWN),
  scanning('layer_scan, back', LAYER_SCAN, 0, False, BACK, **OWN),
  scanning('layer_scan, carried', LAYER_SCAN, None, True),
  scanning('layer_scan, setup ahead', LAYER_SCAN, 0, False, AHEAD, **OWN),
)


def turning(while_loop):
  """A loop that counts its turns; it may make no variables."""

  def transform(f):
    def lifted(module, h):
      if begins(module):
        return f(module, h)
      return while_loop(
        lambda module, now: now[0] < COUNT,
        lambda module, now: (now[0] + 1, f(module, now[1])),
        module,
        (0, h),
        carry_variables='count',
        broadcast_variables='params',
        split_rngs={'noise': True},
      )[1]

    return lifted

  return transform


TIMES = (
  TIMES_OVER,
  Lifted(
    'while_loop',
    turning(lift.while_loop),
    turning(nn.while_loop),
    TIMES_OVER.loop,
    began=once,
    takes=('function', 'scopes'),
    refuses={
      **WITHOUT_KEYWORDS,
      'inside of grad': 'Reverse-mode differentiation does not work',
      # what it carries has to be mutable
      'state moves only where it may': 'must have the same pytree structure',
    },
  ),
)


# What is remembered in part, loop in loop.


def in_loops(step, variables, keys, h):
  """Steps in turn, two loops in each other, each of variables of its own."""
  moves = []
  for i in range(2):
    each = []
    for j in range(2):
      own = row(row(variables, i), j)
      h, moved = step(own, key_of(key_of(keys, i, 2), j, 2), h)
      each.append(moved)
    moves.append(stacked(each))
  return h, stacked(moves)


def of_loops(make, keys):
  """The variables of each, [2, 2, ...]."""
  one = lambda i, j: make(key_of(key_of(keys, i, 2), j, 2))
  return stacked([stacked([one(i, j) for j in range(2)]) for i in range(2)])


LOOPS: dict[str, Any] = {
  'variable_axes': {'params': 0, 'count': 0},
  'split_rngs': {'params': True, 'noise': True},
}
REMAT_SCAN = Lifted(
  'remat_scan',
  partial(lift.remat_scan, lengths=(2, 2), **LOOPS),
  partial(nn.remat_scan, lengths=(2, 2), **LOOPS),
  in_loops,
  makes=of_loops,
  numbers=Numbers(7, 4, 4),  # each loop runs once more, to see what is constant
  refuses={
    **WITHOUT_KEYWORDS,
    'boxed variables': '"partition_name" is not specified in metadata_params',
  },
)

TABLE = (*NOTHING, *VIEWS, *SLOPES, *MAPS, *SCANS, *TIMES, REMAT_SCAN)
