"""Values that a layer derives from its variables."""

import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

import jax
from flax.core import Scope, freeze
from flax.core.scope import union_filters

from core_rnn.scope.transforms.draws import total
from core_rnn.scope.transforms.program import lasting

DERIVED = 'derived by layer_scan'  # the collection of these values
RUN = 'layer_scan'  # the flag of the scopes of a layer


class Run:
  """One run of a layer, which stores or reads derived values.

  Attributes:
    keeps: whether the run stores them.
    paths: the paths of the scopes of the layer.
    asked: how often each name has been derived in each scope.
  """

  def __init__(self, keeps: bool):
    self.keeps = keeps
    self.paths: list[tuple[str, ...]] = []
    self.asked: Counter[Any] = Counter()

  def begin(self, scopes: Any) -> None:
    """Mark scopes as those of this run."""
    for scope in jax.tree.leaves(scopes):
      self.paths.append(path_of(scope))
      scope.flags = freeze({**scope.flags, RUN: self})
      if self.keeps:
        scope.mutable = union_filters(scope.mutable, DERIVED)

  def reaches(self, scope: Scope) -> bool:
    """Return whether a scope is of this run, not of a transform."""
    path = path_of(scope)
    return any(
      path[: len(start)] == start
      and not any('(' in name for name in path[len(start) :])
      for start in self.paths
    )


def path_of(scope: Scope) -> tuple[str, ...]:
  """Return the path of a scope; remat leaves values as they are."""

  def bare(name: str) -> str:
    return bare(name[6:-1]) if name.startswith('remat(') else name

  return tuple(map(bare, scope.debug_path))


def derived(
  scope: Scope, name: str, f: Callable[..., Any], *variables: Any
) -> Any:
  """Return f(*variables), computed before the loop of layer_scan.

  If layer_scan has batched_setup, f is computed once for all layers;
  otherwise, and under another transform in the layer except remat, f is
  computed in place. f is a pure function of arrays that exist before
  the loop: of the variables of a layer, but not of the carry, of
  collections in `variable_carry`, or of draws.

  Args:
    scope: the scope of the layer.
    name: the name of the value; several values may have one name.
    f: variables -> a tree of arrays.
    *variables: the arguments of f.

  Raises:
    ValueError: f changes a variable, draws, or runs a callback; or, by
      layer_scan, f depends on values that exist only in the loop.
  """
  run = scope.get_flag(RUN, None)
  if run is None or not run.reaches(scope):
    return f(*variables)
  # A layer may call one module twice, for values of other shapes.
  place = f'{name} {run.asked[scope.path, name]}'
  run.asked[scope.path, name] += 1
  if scope.has_variable(DERIVED, place):
    return scope.get_variable(DERIVED, place)
  if not (run.keeps and scope.is_mutable_collection(DERIVED)):
    return f(*variables)
  value = purely(scope, f, *variables)
  scope.put_variable(DERIVED, place, value)
  return value


def purely(scope: Scope, f: Callable[..., Any], *variables: Any) -> Any:
  """Return f(*variables) if f has no side effects.

  Raises:
    ValueError: f changes a variable, draws, or runs a callback. The
      loop only reads the value, so it would not repeat the effect.
  """
  expected = 'derived: f: expected a function that'
  before = jax.tree.leaves(scope.root._variables)
  drawn = total(scope.root.rng_counters)
  closed, shapes = jax.make_jaxpr(
    lambda: f(*variables), return_shape=True
  )()
  after = jax.tree.leaves(scope.root._variables)
  if len(before) != len(after) or any(
    map(operator.is_not, before, after)
  ):
    raise ValueError(
      f'{expected} leaves variables be, got one that does not'
    )
  if total(scope.root.rng_counters) != drawn:
    raise ValueError(f'{expected} draws nothing, got one that draws')
  effects = lasting(closed.jaxpr)
  if effects:
    names = sorted(map(str, effects))
    raise ValueError(f'{expected} runs no callback, got one of {names}')
  outputs = jax.core.eval_jaxpr(closed.jaxpr, closed.consts)
  return jax.tree.unflatten(jax.tree.structure(shapes), outputs)
