"""A traced function; any of its outputs can be computed alone."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Var
from jax.interpreters.partial_eval import dce_jaxpr


class Part(NamedTuple):
  """Some outputs of a program.

  Attributes:
    outputs: the outputs.
    needs: for each argument, whether the outputs depend on it.
    effects: the effects of computing them.
  """

  outputs: Any
  needs: Any
  effects: Any


class Program:
  """y = f(*args), traced once, of which parts can be computed.

  The method is that of Flax for the constants of a loop: trace, remove
  the equations that the outputs do not need, find the arguments that
  remain, and evaluate.
  """

  def __init__(self, f: Callable[..., Any], *args: Any):
    self.closed, shapes = jax.make_jaxpr(f, return_shape=True)(*args)
    self.leaves, self.arguments = jax.tree.flatten(args)
    leaves, results = jax.tree.flatten(shapes)
    self.places = jax.tree.unflatten(results, range(len(leaves)))

  def part(
    self, choose: Callable[[Any], Any], as_one: bool = False
  ) -> Part:
    """Return choose(y); only callbacks with needed results run.

    Args:
      choose: y -> some of its leaves.
      as_one: whether to compile the part as one unit, which rounds as
        in a loop; by default its operations run one by one.
    """
    chosen, tree = jax.tree.flatten(choose(self.places))
    wanted = [place in chosen for place in jax.tree.leaves(self.places)]
    jaxpr, first = dce_jaxpr(self.closed.jaxpr, wanted)
    jaxpr, second = dce_jaxpr(silent(jaxpr), [True] * len(chosen))
    then = iter(second)
    needs = [need and next(then) for need in first]
    args = [
      x for x, need in zip(self.leaves, needs, strict=True) if need
    ]
    evaluate: Callable[..., Any] = partial(
      jax.core.eval_jaxpr, jaxpr, self.closed.consts
    )
    if as_one:
      evaluate = jax.jit(evaluate, inline=True)
    outputs = evaluate(*args)
    return Part(
      jax.tree.unflatten(tree, outputs),
      jax.tree.unflatten(self.arguments, needs),
      lasting(jaxpr),
    )


def lasting(jaxpr: Jaxpr) -> set[Any]:
  """Return the effects that JAX keeps although no output is used."""
  unused, _ = dce_jaxpr(jaxpr, [False] * len(jaxpr.outvars))
  return {
    effect for effect in unused.effects if type(effect) not in inner()
  }


@cache
def inner() -> frozenset[type]:
  """Return the effects of a function with a reference of its own."""
  jaxpr = jax.make_jaxpr(lambda: jax.new_ref(0.0)[...])()
  return frozenset(map(type, jaxpr.effects))


def silent(jaxpr: Jaxpr) -> Jaxpr:
  """Remove the equations of a jaxpr that no output needs.

  JAX keeps equations with effects. This function keeps only those on a
  reference that comes from outside, or that an output is read from.
  """
  live = {v for v in jaxpr.outvars if isinstance(v, Var)}
  live.update(v for v in (*jaxpr.constvars, *jaxpr.invars) if refers(v))
  eqns: list[JaxprEqn] = []
  for eqn in reversed(jaxpr.eqns):
    refs = [v for v in eqn.invars if refers(v)]
    if not live.isdisjoint([*eqn.outvars, *refs]):
      live.update(v for v in eqn.invars if isinstance(v, Var))
      eqns.append(silent_inside(eqn) if eqn.effects else eqn)
  eqns.reverse()
  return jaxpr.replace(
    eqns=eqns, effects=remaining(jaxpr.effects, eqns)
  )


def refers(v: Any) -> bool:
  """Return whether a variable is a reference."""
  return hasattr(v.aval, 'inner_aval')


def silent_inside(eqn: JaxprEqn) -> JaxprEqn:
  """Apply `silent` to the programs inside an equation."""
  programs: list[Any] = []

  def visit(value: Any) -> Any:
    if isinstance(value, tuple):
      return tuple(map(visit, value))
    if isinstance(value, Jaxpr):
      programs.append(silent(value))
    elif isinstance(value, ClosedJaxpr):
      programs.append(value.replace(jaxpr=silent(value.jaxpr)))
    else:
      return value
    return programs[-1]

  params = {name: visit(value) for name, value in eqn.params.items()}
  if not programs:
    return eqn
  return eqn.replace(
    params=params, effects=remaining(eqn.effects, programs)
  )


def remaining(effects: Iterable[Any], parts: Iterable[Any]) -> set[Any]:
  """Return the effects of a kind that one of the parts has.

  Effects on a reference name it, and the name differs between parts.
  """
  kinds = {type(effect) for part in parts for effect in part.effects}
  return {effect for effect in effects if type(effect) in kinds}
