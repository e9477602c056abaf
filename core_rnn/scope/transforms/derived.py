"""What a layer computes from its variables: by itself, or before the loop."""

import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

import jax
from flax.core import Scope, freeze
from flax.core.scope import union_filters

from core_rnn.scope.transforms.draws import total
from core_rnn.scope.transforms.program import lasting

DERIVED = 'derived by layer_scan'  # a collection of the transform's own
RUN = 'layer_scan'  # the flag of scopes that a layer runs in


class Run:
  """One run of a layer: it keeps, or finds, what is derived in it [...]."""

  def __init__(self, keeps: bool):
    self.keeps = keeps
    self.paths: list[tuple[str, ...]] = []
    self.asked: Counter[Any] = Counter()

  def begin(self, scopes: Any) -> None:
    """Makes scopes those of this run; what they derive has shapes [...]."""
    for scope in jax.tree.leaves(scopes):
      self.paths.append(path_of(scope))
      scope.flags = freeze({**scope.flags, RUN: self})
      if self.keeps:
        scope.mutable = union_filters(scope.mutable, DERIVED)

  def reaches(self, scope: Scope) -> bool:
    """Whether scope is of this run, with no transform between on its [...]."""
    path = path_of(scope)
    return any(
      path[: len(start)] == start
      and not any('(' in name for name in path[len(start) :])
      for start in self.paths
    )


def path_of(scope: Scope) -> tuple[str, ...]:
  """The names down to scope, with transforms; remat leaves shapes [...] be."""

  def bare(name: str) -> str:
    return bare(name[6:-1]) if name.startswith('remat(') else name

  return tuple(map(bare, scope.debug_path))


def derived(
  scope: Scope, name: str, f: Callable[..., Any], *variables: Any
) -> Any:
  """f(*variables) [...]; computed before the loop where layer_scan is asked to.

  f is a pure function of arrays that all are there before the loop is: the
  variables of a layer, and not the carry, what `variable_carry` says, or a
  draw. Within another transform in the layer, `remat` excepted, it is computed
  where it stands. A name may be used again, for another f or other variables.

  Raises:
    ValueError: where it is asked for, f changes a variable, draws, or runs a
      callback; by layer_scan: f depends on what is there in the loop alone.
  """
  run = scope.get_flag(RUN, None)
  if run is None or not run.reaches(scope):
    return f(*variables)
  # one module may be called twice by a layer, for values of other shapes
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
  """f(*variables) [...].

  Raises:
    ValueError: f changes a variable, draws, or runs a callback, which the loop,
      that finds the value, would not.
  """
  expected = 'derived: f: expected a function that'
  before = jax.tree.leaves(scope.root._variables)
  drawn = total(scope.root.rng_counters)
  closed, shapes = jax.make_jaxpr(lambda: f(*variables), return_shape=True)()
  after = jax.tree.leaves(scope.root._variables)
  if len(before) != len(after) or any(map(operator.is_not, before, after)):
    raise ValueError(f'{expected} leaves variables be, got one that does not')
  if total(scope.root.rng_counters) != drawn:
    raise ValueError(f'{expected} draws nothing, got one that draws')
  effects = lasting(closed.jaxpr)
  if effects:
    names = sorted(map(str, effects))
    raise ValueError(f'{expected} runs no callback, got one of {names}')
  outputs = jax.core.eval_jaxpr(closed.jaxpr, closed.consts)
  return jax.tree.unflatten(jax.tree.structure(shapes), outputs)
