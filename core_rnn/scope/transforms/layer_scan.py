"""Layers in a row: made under vmap, run under scan, their setup batched."""

import contextlib
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

import jax
from flax.core import DenyList, Scope, broadcast, freeze, lift
from flax.core.scope import union_filters

Filter = bool | str | Collection[str] | DenyList  # as Flax's own, of typing
Groups = tuple[tuple[dict[str, Any], ...], ...]

DERIVED = 'derived'  # a collection that lives while one `apply` runs
DERIVING = 'deriving'  # the flag of scopes that are run to fill it


def derived(
  scope: Scope, name: str, f: Callable[..., Any], *variables: Any
) -> Any:
  """f(*variables) [...]; computed before the loop where layer_scan is asked to.

  What is derived is a function of a layer's variables alone, and not of the
  carry, of an input or of a draw: it is computed when none of these is there.
  """
  if scope.has_variable(DERIVED, name):
    return scope.get_variable(DERIVED, name)
  value = f(*variables)
  if scope.get_flag(DERIVING, False):
    scope.put_variable(DERIVED, name, value)
  return value


def layer_scan(
  fn: Callable[..., Any],
  variable_axes: Mapping[Filter, Any] = {},
  variable_broadcast: Filter = False,
  variable_carry: Filter = False,
  split_rngs: Mapping[Filter, bool] = {},
  in_axes: Any = 0,
  out_axes: Any = 0,
  length: int | None = None,
  reverse: bool = False,
  unroll: int = 1,
  metadata_params: Mapping[Any, Any] = {},
  batched_setup: bool = False,
) -> Callable[..., Any]:
  """carry, y_i = fn(layer_i, carry, x_i), for i = 1, ..., length.

  What the arguments mean is what they mean to `lift.scan`. The difference is
  `init`: the layers are made all at once, each as if it stood alone with the
  first carry, from its part of the split key. So the initial values are those
  of single inits, stacked, which are those of `lift.vmap`, and those of
  `lift.scan` with `check_constancy_invariants=False`; with the check on, a
  scan has drawn once before its loop begins, and its values are others.

  Args:
    fn: (scope, carry, *x) -> (carry, y), both of any tree; each carry [...].
    variable_axes: collection -> the axis that the layers are stacked along.
    variable_broadcast: the collections that all layers share.
    variable_carry: the collections that go from layer to layer.
    split_rngs: stream -> whether each layer draws from a key of its own.
    in_axes: of each x, the axis of its layers, or `flax.core.broadcast`.
    out_axes: the axis of the layers in y.
    length: how many layers; needed if no x says so.
    reverse: from the last layer to the first.
    unroll: how many layers to a turn of the loop.
    metadata_params: for what boxes the variables.
    batched_setup: what layers have `derived` from their variables is computed
      once, for all of them at once, before the loop.

  Returns:
    (scope, carry, *xs) -> (carry, ys).

  Raises:
    ValueError: by what is returned: the sizes of length and xs disagree, or
      there are none.

  Source: Flax issue 1771, Scan with split parameters, and what was said there:
    "we can make scan-over-layers a vmap-over-layers during init".
  """
  shared = {
    tuple(names) if isinstance(names, list) else names: None
    for names in (variable_broadcast, variable_carry)
    if names is not False
  }

  def at_once(fn, axes, size, scopes, carry, xs):
    vmap = lift.vmap(
      fn,
      variable_axes={**axes, **shared},
      split_rngs=split_rngs,
      in_axes=(None, *mapped(in_axes, xs)),
      axis_size=size,
      metadata_params=dict(metadata_params),
    )
    vmap(scopes, carry, *xs)

  def in_turn(axes, size, scopes, carry, xs):
    scan = lift.scan(
      fn,
      variable_axes=axes,
      variable_broadcast=variable_broadcast,
      variable_carry=variable_carry,
      split_rngs=split_rngs,
      in_axes=in_axes,
      out_axes=out_axes,
      length=size,
      reverse=reverse,
      unroll=unroll,
      metadata_params=dict(metadata_params),
      check_constancy_invariants=False,
    )
    return scan(scopes, carry, *xs)

  def layers(scope_fn, repack_fn, variables, rngs, carry, *xs):
    size = layer_count(length, in_axes, xs)
    axes = dict(variable_axes)
    made = None
    scopes = scope_fn(variables, rngs)
    if jax.tree.leaves(scopes)[0].get_flag('initializing', False):
      at_once(partial(alone, fn), axes, size, scopes, carry, xs)
      made = repack_fn(scopes)
      variables = joined(variables, made)
    if batched_setup:
      axes[DERIVED] = 0
      scopes = scope_fn(variables, rngs)
      with deriving(scopes):
        at_once(partial(derive, fn), axes, size, scopes, carry, xs)
      variables = joined(variables, found(scopes))
    scopes = scope_fn(variables, rngs, DenyList(DERIVED))
    y = in_turn(axes, size, scopes, carry, xs)
    # made as if each stood alone: what the loop did to the state is not kept
    return y, repack_fn(scopes) if made is None else made

  return lift.pack(layers, (True,), (True,), (True,), name='layer_scan')


def layer_count(length: int | None, in_axes: Any, xs: tuple[Any, ...]) -> int:
  """How many layers length says, or the sizes of xs [...] along in_axes.

  Raises:
    ValueError: they disagree, or there are none.
  """
  sizes: set[int] = {
    leaf.shape[axis]
    for axis, x in zip(per_argument(in_axes, xs), xs, strict=True)
    if axis is not broadcast
    for leaf in jax.tree.leaves(x)
  }
  if length is not None:
    sizes.add(length)
  if len(sizes) != 1:
    expected = 'one number of layers, from length or the sizes of xs'
    got = sorted(sizes) or 'none'
    raise ValueError(f'layer_scan: length: expected {expected}, got {got}')
  return sizes.pop()


def per_argument(in_axes: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
  """The axis of each x [...]; one alone is that of all.

  Raises:
    ValueError: there are more or fewer axes than xs.
  """
  if not isinstance(in_axes, tuple):
    return (in_axes,) * len(xs)
  if len(in_axes) != len(xs):
    expected = f'{len(xs)} axes, one for each x after the carry'
    raise ValueError(f'layer_scan: in_axes: expected {expected}, got {in_axes}')
  return in_axes


def mapped(in_axes: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
  """The axes of xs [...] as vmap has them: None for what scan broadcasts."""
  axes = per_argument(in_axes, xs)
  return tuple(None if axis is broadcast else axis for axis in axes)


def alone(fn: Callable[..., Any], scopes: Any, *args: Any) -> None:
  """fn for the sake of its variables: its outputs [...] are dropped."""
  fn(scopes, *args)


def derive(fn: Callable[..., Any], scopes: Any, *args: Any) -> None:
  """fn for what it derives [...]: outputs and other variables are dropped."""
  trees = [scope._variables for scope in roots(scopes)]
  before = [jax.tree.map(lambda leaf: leaf, dict(tree)) for tree in trees]
  fn(scopes, *args)
  for tree, kept in zip(trees, before, strict=True):
    mine = {DERIVED: tree.get(DERIVED, {})}
    tree.clear()
    tree.update({**kept, **mine})


@contextlib.contextmanager
def deriving(scopes: Any) -> Iterator[None]:
  """Inside, what scopes derive [...] is kept; their draws are not counted."""
  counters = [copy.deepcopy(scope.rng_counters) for scope in roots(scopes)]
  for scope in jax.tree.leaves(scopes):
    scope.mutable = union_filters(scope.mutable, DERIVED)
    scope.flags = freeze({**scope.flags, DERIVING: True})
  yield
  for scope, before in zip(roots(scopes), counters, strict=True):
    scope.rng_counters.clear()
    scope.rng_counters.update(before)


def roots(scopes: Any) -> list[Scope]:
  """Those that hold variables [...]: a child of one of the others does not."""
  leaves = jax.tree.leaves(scopes)
  return [*{id(s): s for s in leaves if s.parent is None}.values()]


def found(scopes: Any) -> Groups:
  """What scopes have derived [...], as the one group of `lift.pack`."""
  trees = [scope._variables for scope in roots(scopes)]
  return (tuple({DERIVED: tree.get(DERIVED, {})} for tree in trees),)


def joined(variables: Groups, more: Groups) -> Groups:
  """The collections of each scope [...], those of more before the others."""
  (these,), (those,) = variables, more
  return (tuple({**a, **b} for a, b in zip(these, those, strict=True)),)
