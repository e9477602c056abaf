"""A scan over layers that are made under vmap."""

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

Filter = bool | str | Collection[str] | DenyList  # as in flax.typing
Groups = tuple[
  Any, ...
]  # for each filter: the variables of every scope
Axes = dict[Filter, int]


class Layer(NamedTuple):
  """The results of a layer: derived values, variables, carry, y."""

  found: Any
  groups: Groups
  carry: Any
  y: Any


MADE: tuple[Callable[[Layer], Any], ...] = (
  lambda one: one.groups[0],
  lambda one: one.groups[1],
  lambda one: one.groups[2:],
)


class Arguments(NamedTuple):
  """The arguments of `layer_scan`, with variables by direction.

  Attributes:
    ins: filter -> axis, of the variables that go into the layers.
    outs: filter -> axis, of the variables that come out of them.
    shared: the filters of derived, shared and carried collections.
    key_axes: for each stream, 0 or broadcast.
    loop: the arguments that go to `axes_scan.scan` unchanged.
  """

  fn: Callable[..., Any]
  ins: Axes
  outs: Axes
  shared: tuple[Filter, ...]
  key_axes: tuple[Any, ...]
  in_axes: Any
  out_axes: Any
  length: int | None
  data_transform: Callable[..., Any] | None
  metadata: dict[Any, Any]
  batched_setup: bool
  loop: dict[str, Any]

  @property
  def groups(self) -> tuple[Groups, Groups]:
    """Return the filters of variables that go in, and that come out."""
    return (*self.shared, *self.ins), (*self.shared, *self.outs)


class Call:
  """One call of the transformed function, with the stages that it runs.

  `run` makes the layers if `init` runs, computes what is ready before
  the loop, and runs the loop.
  """

  def __init__(self, how: Arguments, pack: Any, carry: Any, xs: Any):
    """Take what `lift.pack` passes, the carry and xs."""
    self.how, self.carry, self.xs = how, carry, xs
    self.scope_fn, self.repack_fn, given, rngs = pack
    self.size = layer_count(how.length, how.in_axes, xs)
    self.rngs, self.keys = rngs, split(rngs, how.key_axes, self.size)
    self.given: Groups = given[1:]
    self.nothing: Groups = tuple({} for _ in given[0])

  def layer(self, keeps, found, groups, keys, carry, xs) -> Layer:
    """Run one layer; keeps says whether it keeps its derived values."""
    if self.how.data_transform is not None:
      groups, keys = self.how.data_transform(groups, keys)
    scopes = self.scope_fn((found, *groups), keys)
    Run(keeps).begin(scopes)
    with remade(keeps):
      carry, y = self.how.fn(scopes, carry, *xs)
    found, *groups = self.repack_fn(scopes)
    return Layer(found, tuple(groups), carry, y)

  def at_once(self, choose, axes, groups, keeps=False):
    """Return choose(program) for the program of each layer."""
    how = self.how
    layer = partial(self.layer, keeps, self.nothing)

    def each(*args):
      return choose(Program(layer, *args))

    over = (
      (None, None, *how.ins.values()),
      how.key_axes,
      None,
      how.in_axes,
    )
    vmap = jax.vmap(each, unmapped(over), axes, axis_size=self.size)
    return vmap(groups, self.keys, self.carry, self.xs)

  def made(self, program):
    """Return the variables that the program of a layer creates."""
    shared, carried, own = map(program.part, MADE)
    axes = self.how.key_axes, self.how.in_axes
    refuse(SHARED, of_layer(shared, *axes))
    refuse(CARRIED, of_layer(carried, *axes))
    return shared.outputs, carried.outputs, *own.outputs

  def prepared(self, program):
    """Return the derived values of a layer, and its broadcast y."""
    found = program.part(
      lambda one: one.found, as_one=True
    )  # as the loop is
    constant = program.part(lambda one: same(self.how.out_axes, one.y))
    refuse(FOUND, of_loop(found) | {'a draw': found.needs[1]})
    own = of_layer(constant, self.how.key_axes, self.how.in_axes)
    refuse(CONSTANT, of_loop(constant) | own)
    return found.outputs, constant.outputs

  def body(self, shared, state, own, found, keys, xs):
    """Run one layer of the loop."""
    carried, carry = state
    groups = (shared, carried, *own)
    one = self.layer(False, found, groups, keys, carry, xs)
    # what is immutable is not handed back, and a carry stays what it is
    carried = tuple(map(dict.__or__, carried, one.groups[1]))
    y = differing(self.how.out_axes, one.y)
    return shared, (carried, one.carry), (y, one.groups[2:])

  def in_turn(self, found, constant, shared, carried, *own):
    """Run the loop over the layers."""
    how = self.how
    loop = axes_scan.scan(
      self.body,
      in_axes=(tuple(how.ins.values()), 0, how.key_axes, how.in_axes),
      out_axes=(stacked(how.out_axes), tuple(how.outs.values())),
      length=self.size,
      check_constancy_invariants=False,
      **how.loop,
    )
    state, scanned = (
      (carried, self.carry),
      (own, found, self.keys, self.xs),
    )
    _, (carried, last), (y, own) = loop(shared, state, *scanned)
    moved = with_axes((shared, carried, *own), how.outs, how.metadata)
    return (last, joined(how.out_axes, constant, y)), moved

  def begun(self, groups):
    """Return the new variables, and the variables for the loop."""
    how = self.how
    new = self.at_once(
      self.made, (None, None, *how.outs.values()), groups
    )
    new = with_axes(new, how.outs, how.metadata)
    groups = regrouped((*self.given, *new), (*how.shared[1:], *how.ins))
    return new, without_axes(groups, how.ins, how.metadata)

  def ahead(self, groups):
    """Return what is computed for all layers before the loop."""
    how = self.how
    if not how.batched_setup and broadcast not in jax.tree.leaves(
      how.out_axes
    ):
      return self.nothing, how.out_axes
    return self.at_once(
      self.prepared, (0, None), groups, how.batched_setup
    )

  def run(self):
    """Return the carry and ys, and the variables."""
    scopes = self.scope_fn((self.nothing, *self.given), self.rngs)
    draws = Draws(scopes)
    groups = without_axes(self.given, self.how.ins, self.how.metadata)
    new = None
    if jax.tree.leaves(scopes)[0].get_flag('initializing', False):
      new, groups = self.begun(groups)
      drawn = draws.rewind()
    known = self.ahead(groups)
    draws.rewind()
    result, moved = self.in_turn(*known, *groups)
    if new is None:
      return result, moved
    draws.rewind(drawn)
    return (
      result,
      new,
    )  # each as if alone: what the loop moved is not kept


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
  """Return a loop over layers: carry, y_i = fn(layer_i, carry, x_i).

  The arguments are those of `lift.scan`, with the same meaning. If
  several of them name a collection, `variable_broadcast` wins, then
  `variable_carry`, then the first axis.

  `apply` computes what `lift.scan` with
  `check_constancy_invariants=False` computes. It also accepts broadcast
  outputs, and carried collections that are immutable.

  `init` differs from `lift.scan`. All layers are made at once under
  vmap, each as if it were alone, with the initial carry and its part of
  the split key. So the initial values are those of single inits,
  stacked, as those of `lift.vmap` and of `lift.scan` without its
  constancy check are. With the check, `lift.scan` draws once before its
  loop begins, so that its values are different. Shared and carried
  collections are made too. The outputs of `init` are those of the loop
  on these variables, with the draws of `apply`. Callbacks run in the
  loop only; callbacks of initializers run under vmap if they return a
  result, and otherwise not at all.

  Args:
    fn: (scope, carry, *x) -> (carry, y), any trees; the shapes of the
      carry do not change.
    variable_axes: collection -> the axis along which the layers are
      stacked.
    variable_broadcast: the collections that all layers share.
    variable_carry: the collections that one layer passes to the next.
    split_rngs: stream -> whether each layer draws from its own key.
    in_axes: a prefix of the tree of xs: the axis of the layers, or
      `flax.core.broadcast`.
    out_axes: a prefix of the tree of y, likewise. A broadcast output
      must not depend on anything that differs between layers.
    length: the number of layers; required if no x has an axis of
      layers.
    reverse: whether the loop runs from the last layer to the first.
    unroll: the number of layers in one iteration of the loop.
    _split_transpose: see `jax.lax.scan`.
    data_transform: (variables, keys), in groups as in `lift.scan` ->
      those of one layer.
    metadata_params: the metadata of the axis of layers, for boxed
      variables.
    batched_setup: whether the values that layers compute with `derived`
      from their variables are computed for all layers at once, before
      the loop.

  Returns:
    (scope, carry, *xs) -> (carry, ys).

  Raises:
    ValueError: an axis is not an integer. The returned function raises
      it if the sizes of length and xs disagree or none is given, if a
      shared value depends on one layer, if a derived value depends on
      the loop, or if a setup is batched for a layer with
      `lift.map_variables(init=True)`.

  Source: Flax issue 1771, Scan with split parameters, and its proposal:
  "we can
    make scan-over-layers a vmap-over-layers during init".
  """
  loop = {'reverse': reverse, 'unroll': unroll}
  loop['_split_transpose'] = _split_transpose
  how = Arguments(
    fn,
    directed(variable_axes, Out),
    directed(variable_axes, In),
    (DERIVED, variable_broadcast, variable_carry),
    tuple(0 if on else broadcast for on in split_rngs.values()),
    in_axes,
    out_axes,
    length,
    data_transform,
    dict(metadata_params),
    batched_setup,
    loop,
  )

  def layers(scope_fn, repack_fn, given, rngs, carry, *xs):
    return Call(
      how, (scope_fn, repack_fn, given, rngs), carry, xs
    ).run()

  streams = tuple(split_rngs)
  return lift.pack(layers, *how.groups, streams, name='layer_scan')


def directed(variable_axes: Mapping[Filter, Any], other: type) -> Axes:
  """Return filter -> axis of the variables of one direction.

  Raises:
    ValueError: an axis is not an integer.
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
  """Return the keys of each stream, one for each layer or for all."""

  def each(key):
    return jax.random.split(jax.random.clone(key), size)

  return tuple(
    group if axis is broadcast else jax.tree.map(each, group)
    for axis, group in zip(key_axes, rngs, strict=True)
  )


def without_axes(groups: Groups, ins: Axes, metadata: dict) -> Groups:
  """Return the variables with boxes that have no axis of layers."""
  remove = partial(meta.remove_axis, params=metadata)
  return *groups[:2], *map(remove, groups[2:], ins.values())


def with_axes(groups: Groups, outs: Axes, metadata: dict) -> Groups:
  """Return the variables with boxes that have an axis of layers."""
  add = partial(meta.add_axis, params=metadata)
  return *groups[:2], *map(add, groups[2:], outs.values())


def regrouped(groups: Groups, filters: tuple[Filter, ...]) -> Groups:
  """Return the variables by filter; the last group with one wins."""
  by_scope = [
    group_collections({c: v for g in of for c, v in g.items()}, filters)
    for of in zip(*groups, strict=True)
  ]
  return tuple(zip(*by_scope, strict=True))
