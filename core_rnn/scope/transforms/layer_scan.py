"""Layers in a row: made under vmap, run under scan, their setup batched."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
from flax.core import DenyList, axes_scan, broadcast, lift, meta
from flax.core.scope import group_collections
from flax.typing import In, Out

from core_rnn.scope.transforms.axes import (
  differing,
  joined,
  layer_count,
  same,
  stacked,
  unmapped,
)
from core_rnn.scope.transforms.derived import DERIVED, Run, derived
from core_rnn.scope.transforms.draws import Draws
from core_rnn.scope.transforms.program import Program
from core_rnn.scope.transforms.refusals import (
  CARRIED,
  CONSTANT,
  FOUND,
  SHARED,
  of_layer,
  of_loop,
  refuse,
  remade,
)

__all__ = ['derived', 'layer_scan']

Filter = bool | str | Collection[str] | DenyList  # as Flax's own, of typing
Groups = tuple[Any, ...]  # for each filter: of every scope, what it takes
Axes = dict[Filter, int]


class Layer(NamedTuple):
  """What one layer gives: derived values, variables, carry and y, all [...]."""

  found: Any
  groups: Groups
  carry: Any
  y: Any


MADE: tuple[Callable[[Layer], Any], ...] = (
  lambda one: one.groups[0],
  lambda one: one.groups[1],
  lambda one: one.groups[2:],
)


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
  _split_transpose: bool = False,
  data_transform: Callable[..., Any] | None = None,
  metadata_params: Mapping[Any, Any] = {},
  batched_setup: bool = False,
) -> Callable[..., Any]:
  """carry, y_i = fn(layer_i, carry, x_i), for i = 1, ..., length.

  The arguments are those of `lift.scan` and mean the same; a collection that
  several of them name is shared, or else carried, or else of the first axis.
  `apply` is that of `lift.scan` with `check_constancy_invariants=False`, and
  takes broadcast outputs besides, and carried collections that are immutable.
  The difference is `init`: the layers are made all at once, each as if it
  stood alone with the first carry, from its part of the split key. So the
  initial values are those of single inits, stacked: those of `lift.vmap`, and
  those of that `lift.scan`; with the check on, a scan has drawn once before its
  loop begins, and its values are others. Shared and carried collections are
  made too. What `init` returns besides is what the loop gives of what was made,
  with the draws of `apply`. Callbacks run in the loop alone; but those of
  initializers under vmap, if they have a result, and else not at all.

  Args:
    fn: (scope, carry, *x) -> (carry, y), both of any tree; each carry [...].
    variable_axes: collection -> the axis that the layers are stacked along.
    variable_broadcast: the collections that all layers share.
    variable_carry: the collections that go from layer to layer.
    split_rngs: stream -> whether each layer draws from a key of its own.
    in_axes: a prefix of the tree of xs: the axis of the layers, or
      `flax.core.broadcast`.
    out_axes: a prefix of the tree of y, likewise; what is broadcast depends on
      nothing that a layer has of its own.
    length: how many layers; needed if no x says so.
    reverse: from the last layer to the first.
    unroll: how many layers to a turn of the loop.
    _split_transpose: as of `jax.lax.scan`.
    data_transform: (variables, keys), in groups as `lift.scan` has them -> what
      a layer has of them.
    metadata_params: for what boxes the variables.
    batched_setup: what layers have `derived` from their variables is computed
      once, for all of them at once, before the loop.

  Returns:
    (scope, carry, *xs) -> (carry, ys).

  Raises:
    ValueError: an axis is no integer; by what is returned: the sizes of length
      and xs disagree, or there are none; what is to be made once for all
      layers depends on one, or what is `derived` on the loop; a setup is
      batched of a layer with a `lift.map_variables(init=True)`.

  Source: Flax issue 1771, Scan with split parameters, and what was said there:
    "we can make scan-over-layers a vmap-over-layers during init".
  """
  ins, outs = directed(variable_axes, Out), directed(variable_axes, In)
  filters = (DERIVED, variable_broadcast, variable_carry)
  key_axes = tuple(0 if on else broadcast for on in split_rngs.values())
  metadata = dict(metadata_params)

  def layers(scope_fn, repack_fn, given, rngs, carry, *xs):
    size = layer_count(length, in_axes, xs)
    keys = split(rngs, key_axes, size)
    given, nothing = given[1:], tuple({} for _ in given[0])

    def layer(keeps, found, groups, keys, carry, xs):
      if data_transform is not None:
        groups, keys = data_transform(groups, keys)
      scopes = scope_fn((found, *groups), keys)
      Run(keeps).begin(scopes)
      with remade(keeps):
        carry, y = fn(scopes, carry, *xs)
      found, *groups = repack_fn(scopes)
      return Layer(found, tuple(groups), carry, y)

    def at_once(choose, axes, groups, keeps=False):
      def each(*args):
        return choose(Program(partial(layer, keeps, nothing), *args))

      over = ((None, None, *ins.values()), key_axes, None, in_axes)
      vmap = jax.vmap(each, unmapped(over), axes, axis_size=size)
      return vmap(groups, keys, carry, xs)

    def made(program):
      shared, carried, own = map(program.part, MADE)
      refuse(SHARED, of_layer(shared, key_axes, in_axes))
      refuse(CARRIED, of_layer(carried, key_axes, in_axes))
      return shared.outputs, carried.outputs, *own.outputs

    def prepared(program):
      found = program.part(lambda one: one.found, as_one=True)  # as the loop is
      constant = program.part(lambda one: same(out_axes, one.y))
      refuse(FOUND, of_loop(found) | {'a draw': found.needs[1]})
      own = of_layer(constant, key_axes, in_axes)
      refuse(CONSTANT, of_loop(constant) | own)
      return found.outputs, constant.outputs

    def in_turn(found, constant, shared, carried, *own):
      def body(shared, state, own, found, keys, xs):
        carried, carry = state
        groups = (shared, carried, *own)
        one = layer(False, found, groups, keys, carry, xs)
        # what is immutable is not handed back, and a carry stays what it is
        carried = tuple(map(dict.__or__, carried, one.groups[1]))
        y = differing(out_axes, one.y)
        return shared, (carried, one.carry), (y, one.groups[2:])

      loop = axes_scan.scan(
        body,
        in_axes=(tuple(ins.values()), 0, key_axes, in_axes),
        out_axes=(stacked(out_axes), tuple(outs.values())),
        length=size,
        reverse=reverse,
        unroll=unroll,
        _split_transpose=_split_transpose,
        check_constancy_invariants=False,
      )
      state = carried, carry
      _, (carried, last), (y, own) = loop(shared, state, own, found, keys, xs)
      moved = with_axes((shared, carried, *own), outs, metadata)
      return (last, joined(out_axes, constant, y)), moved

    def begun(groups):
      new = at_once(made, (None, None, *outs.values()), groups)
      new = with_axes(new, outs, metadata)
      groups = regrouped((*given, *new), (*filters[1:], *ins))
      return new, without_axes(groups, ins, metadata)

    def ahead(groups):
      if not batched_setup and broadcast not in jax.tree.leaves(out_axes):
        return nothing, out_axes
      return at_once(prepared, (0, None), groups, batched_setup)

    scopes = scope_fn((nothing, *given), rngs)
    draws = Draws(scopes)
    groups = without_axes(given, ins, metadata)
    new = None
    if jax.tree.leaves(scopes)[0].get_flag('initializing', False):
      new, groups = begun(groups)
      drawn = draws.rewind()
    known = ahead(groups)
    draws.rewind()
    result, moved = in_turn(*known, *groups)
    if new is None:
      return result, moved
    draws.rewind(drawn)
    return result, new  # as each stood alone: what the loop moved is not kept

  into, out_of = (*filters, *ins), (*filters, *outs)
  return lift.pack(layers, into, out_of, tuple(split_rngs), name='layer_scan')


def directed(variable_axes: Mapping[Filter, Any], other: type) -> Axes:
  """filter -> axis, one of variables [...], but those of the other direction.

  Raises:
    ValueError: an axis is no integer.
  """
  axes = {
    names: axis.axis if isinstance(axis, In | Out) else axis
    for names, axis in variable_axes.items()
    if not isinstance(axis, other)
  }
  for names, axis in axes.items():
    if not isinstance(axis, int):
      where = f'layer_scan: variable_axes[{names!r}]'
      raise ValueError(f'{where}: expected an integer, got {axis!r}')
  return axes


def split(rngs: Groups, key_axes: tuple[Any, ...], size: int) -> Groups:
  """The keys [] of each stream: size of them, [size], or one for all layers."""

  def each(key):
    return jax.random.split(jax.random.clone(key), size)

  return tuple(
    group if axis is broadcast else jax.tree.map(each, group)
    for axis, group in zip(key_axes, rngs, strict=True)
  )


def without_axes(groups: Groups, ins: Axes, metadata: dict) -> Groups:
  """Variables [...] in boxes that know of no axis of layers."""
  remove = partial(meta.remove_axis, params=metadata)
  return *groups[:2], *map(remove, groups[2:], ins.values())


def with_axes(groups: Groups, outs: Axes, metadata: dict) -> Groups:
  """Variables [...] in boxes that know of the axis of layers."""
  add = partial(meta.add_axis, params=metadata)
  return *groups[:2], *map(add, groups[2:], outs.values())


def regrouped(groups: Groups, filters: tuple[Filter, ...]) -> Groups:
  """The variables [...] of groups, of the last that has them, by filter."""
  by_scope = [
    group_collections({c: v for g in of for c, v in g.items()}, filters)
    for of in zip(*groups, strict=True)
  ]
  return tuple(zip(*by_scope, strict=True))
