"""Every transform of Flax, and ours, as the kit is told of it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
from flax import linen as nn
from flax.core import FrozenDict, broadcast, lift, meta
from flax.core.scope import LazyRng
from flax.linen import transforms
from flax.linen.transforms import lift_transform
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.scope.transforms.layer_scan import derived as in_scopes
from core_rnn.scope.transforms.layer_scan import layer_scan as scope_layer_scan
from equivalence_tests.conforming.lifted import (
  CELL,
  Lifted,
  Numbers,
  alone,
  key_of,
  once,
)
from equivalence_tests.templates.transform.conformance import COUNT, TIMES_OVER
from linen_rnn.transforms.layer_scan import derived as in_modules
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


def ones_as(tree):
  """Ones for all of it."""
  return jax.tree.map(jnp.ones_like, tree)


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
  return (y, pull(ones_as(y))), moved


def pulling(vjp):
  """h', with what ones come to; in `init` parameters are only made."""

  def transform(f):
    def lifted(module, h):
      if begins(module):
        return f(module, h)
      y, back = vjp(f, module, h)
      params, slope = back(ones_as(h))
      return y, (params['params'], slope)

    return lifted

  return transform


def pushed(step, variables, keys, h):
  """h', and what comes of ones for h."""
  alone = lambda h: step(variables, keys, h)
  return jax.jvp(alone, (h,), (ones_as(h),), has_aux=True)


def of_pushed(step, variables, keys, h):
  """The same as a pair, and what moved."""
  y, tangent, moved = pushed(step, variables, keys, h)
  return (y, tangent), moved


def summed(step, variables, keys, h):
  """The sum of h', and its derivative by h."""

  def of_h(h):
    y, moved = step(variables, keys, h)
    return total_of(y), moved

  (y, moved), slope = jax.value_and_grad(of_h, has_aux=True)(h)
  return (y, (slope,)), moved


def only_slope(step, variables, keys, h):
  """The derivative alone."""
  (_, slopes), moved = summed(step, variables, keys, h)
  return slopes, moved


def total_of(tree):
  """The sum of all that is in it."""
  return sum(leaf.sum() for leaf in jax.tree.leaves(tree))


def total(f):
  """The sum of what f returns."""
  return lambda module, h: total_of(f(module, h))


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
    lambda f: lambda s, h: lift.jvp(f, s, (h,), (ones_as(h),), {}),
    lambda f: lambda m, h: nn.jvp(f, m, (h,), (ones_as(h),), {}),
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
  return stacked([times(i + 1, h) for i in range(N)])


def times(number, tree):
  """All of it, so many times."""
  return jax.tree.map(lambda leaf: leaf * number, tree)


def mapped(of_params, step, variables, keys, h):
  """Each row by itself: of parameters of its own, or all of the same."""
  ys, moves = [], []
  for i in range(N):
    state = {c: row(of, i) for c, of in variables.items() if c != 'params'}
    params = of_params(variables['params'], i)
    own = {'params': params, **state}
    y, moved = step(own, key_of(keys, i, N), times(i + 1, h))
    ys.append(y)
    moves.append(moved)
  return stacked(ys), stacked(moves)


def all_alike(make, keys):
  """The parameters of one, and a state for each."""
  made = make(keys)
  state = {c: of for c, of in made.items() if c != 'params'}
  return {'params': made['params'], **stacked([state] * N)}


def copies(make, keys):
  """The variables of one, for each."""
  return stacked([make(keys)] * N)


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
  """f(scope, h) -> h as (scope, h, *xs) -> (h, y)."""

  def step(scope, h, *xs, **kwargs):
    return f(scope, plus(h, *xs), **kwargs), h

  return step


def plus(tree, *xs):
  """Each leaf of a tree, and all xs."""
  return jax.tree.map(lambda leaf: sum(xs, leaf), tree)


def as_before(tree):
  """The tree itself."""
  return tree


class Way(NamedTuple):
  """How steps are run in turn.

  Attributes:
    shared: whether they have one set of parameters, or one each.
    carried: whether the state goes from one to the next, or each has its own.
    order: of the steps.
    split: whether each draws from a key of its own.
    xs: along axes of the loop's own, what each is given.
    out: the outputs [N, ...] -> along the axis of the loop.
  """

  shared: bool = False
  carried: bool = False
  order: tuple[int, ...] = tuple(range(N))
  split: bool = True
  xs: tuple[Any, ...] = ()
  out: Callable[[Any], Any] = as_before


def in_turn(way, step, variables, keys, h):
  """Steps, of a state that each has for itself, or hands to the next."""
  hs, moves = [h] * N, [{}] * N
  state = {c: of for c, of in variables.items() if c != 'params'}
  for i in way.order:
    own = state if way.carried else row(state, i)
    params = variables['params']
    params = params if way.shared else row(params, i)
    given = key_of(keys, i, N) if way.split else keys
    hs[i] = h
    h = plus(h, *(x[i] for x in way.xs))
    h, moves[i] = step({'params': params, **own}, given, h)
    state = moves[i] if way.carried else state
  return (h, way.out(stacked(hs))), state if way.carried else stacked(moves)


def options_of(way):
  """What the transform is told of its variables and keys."""
  count = {} if way.carried else {'count': 0}
  own = way.split and not way.shared
  return {
    'variable_axes': count if way.shared else {'params': 0, **count},
    'variable_broadcast': 'params' if way.shared else False,
    'variable_carry': 'count' if way.carried else False,
    'split_rngs': {'params': own, 'noise': way.split},
    'length': N,
  }


def scanning(name, lifted, way, options=NO_OPTIONS, xs=(), **how):
  """Steps in turn, with one set of parameters or one each."""
  scope, linen = lifted
  options = {**options_of(way), **LAYERS, **options}
  settings: dict[str, Any] = {
    'body': to_pair,
    'makes': each_its_own,
    'adds': () if way.shared else ('layers',),
    **how,
  }
  return Lifted(
    name,
    partial(scope, **options),
    partial(linen, **options),
    partial(in_turn, way),
    call=lambda f, h, **kwargs: f(h, *xs, **kwargs),
    refuses=NO_KEYWORDS,
    **settings,
  )


SCAN = lift.scan, nn.scan
LAYER_SCAN = scope_layer_scan, layer_scan


def sines(w):
  """What is derived of a parameter."""
  return jnp.sin(w)


def with_derived(f):
  """h' = f(h) + sin(w), the sine derived; as (scope, h) -> (h, y)."""

  def step(scope, h, _=None, **kwargs):
    y = f(scope, h, **kwargs)
    derive = in_modules if isinstance(scope, nn.Module) else in_scopes
    w = scope.get_variable('params', 'w')
    return plus(y, derive(scope, 'k', sines, meta.unbox(w))), h

  return step


def and_sines(step):
  """The same of a step in Python."""

  def summed(variables, keys, h, **kwargs):
    y, moved = step(variables, keys, h, **kwargs)
    return plus(y, jnp.sin(variables['params']['w'])), moved

  return summed


def deriving(name, options=NO_OPTIONS):
  """layer_scan of layers that derive something."""
  loop = lambda step, *of_it: in_turn(EACH, and_sines(step), *of_it)
  lifted = scanning(name, LAYER_SCAN, EACH, options, body=with_derived)
  takes = ('function', 'class', 'method')
  return lifted._replace(loop=loop, takes=takes)


UNCHECKED = {'check_constancy_invariants': False}
BACK = {'reverse': True, 'unroll': 2}
AHEAD = {'batched_setup': True}
EACH = Way()
FROM_THE_LAST = Way(order=tuple(reversed(range(N))))
ONE_FOR_ALL = Way(shared=True)
CARRIED = Way(shared=True, carried=True)
UNSPLIT = Way(split=False)

# x of each step along axis 1, and what all are given; their outputs along 1.
X = jnp.arange(6.0).reshape(2, N) / 8
SAME = jnp.array([1.0, -1.0])
GIVEN = Way(
  xs=(X.T, [SAME] * N),
  out=partial(jax.tree.map, lambda leaf: jnp.moveaxis(leaf, 0, 1)),
)
ALONG: dict[str, Any] = {
  'options': {'in_axes': (1, broadcast), 'out_axes': 1, 'length': None},
  'xs': (X, SAME),
}

ALIKE: dict[str, Any] = {'makes': all_alike}
# A scan runs a step once more, to see what is constant in it, and that draws.
ONCE_MORE = Numbers(1, 2, 2)
MADE_ONCE_MORE = Numbers(3, 2, 2)
SCANS = (
  scanning('scan, one for all', SCAN, ONE_FOR_ALL, numbers=ONCE_MORE, **ALIKE),
  scanning('scan, each its own', SCAN, EACH, numbers=MADE_ONCE_MORE),
  scanning('scan, back', SCAN, FROM_THE_LAST, BACK, numbers=MADE_ONCE_MORE),
  scanning('scan, along axis 1', SCAN, GIVEN, numbers=MADE_ONCE_MORE, **ALONG),
  scanning('scan, unchecked', SCAN, EACH, UNCHECKED),
  scanning('scan, one key', SCAN, UNSPLIT, UNCHECKED, makes=copies),
  scanning('layer_scan, one for all', LAYER_SCAN, ONE_FOR_ALL, **ALIKE),
  scanning('layer_scan, each its own', LAYER_SCAN, EACH),
  scanning('layer_scan, back', LAYER_SCAN, FROM_THE_LAST, BACK),
  scanning('layer_scan, carried', LAYER_SCAN, CARRIED, makes=alone),
  scanning('layer_scan, along axis 1', LAYER_SCAN, GIVEN, **ALONG),
  scanning('layer_scan, one key', LAYER_SCAN, UNSPLIT, makes=copies),
  scanning('layer_scan, setup ahead', LAYER_SCAN, EACH, AHEAD),
  deriving('layer_scan, derived'),
  deriving('layer_scan, derived ahead', AHEAD),
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
