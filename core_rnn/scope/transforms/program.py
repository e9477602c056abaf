"""A function as a program, any outputs of which can be computed alone."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Var
from jax.interpreters.partial_eval import dce_jaxpr


class Part(NamedTuple):
  """Some outputs [...], which arguments they need, and their effects."""

  outputs: Any
  needs: Any
  effects: Any


class Program:
  """y = f(*args), traced once, so that a part of y [...] is had alone.

  As Flax finds what is constant in a loop: trace, drop what is not asked for,
  see which arguments are needed still, and evaluate.
  """

  def __init__(self, f: Callable[..., Any], *args: Any):
    self.closed, shapes = jax.make_jaxpr(f, return_shape=True)(*args)
    self.leaves, self.arguments = jax.tree.flatten(args)
    leaves, results = jax.tree.flatten(shapes)
    self.places = jax.tree.unflatten(results, range(len(leaves)))

  def part(self, choose: Callable[[Any], Any], as_one: bool = False) -> Part:
    """choose(y) [...]; no callback runs but those whose results it needs.

    Eagerly, operation by operation, or as one unit, that rounds as one.
    """
    chosen, tree = jax.tree.flatten(choose(self.places))
    wanted = [place in chosen for place in jax.tree.leaves(self.places)]
    jaxpr, first = dce_jaxpr(self.closed.jaxpr, wanted)
    jaxpr, second = dce_jaxpr(silent(jaxpr), [True] * len(chosen))
    then = iter(second)
    needs = [need and next(then) for need in first]
    args = [x for x, need in zip(self.leaves, needs, strict=True) if need]
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
  """The effects for which JAX keeps what gives outputs [...] to nobody."""
  unused, _ = dce_jaxpr(jaxpr, [False] * len(jaxpr.outvars))
  return {effect for effect in unused.effects if type(effect) not in inner()}


@cache
def inner() -> frozenset[type]:
  """The effects, shape [], of a function that has a reference of its own."""
  jaxpr = jax.make_jaxpr(lambda: jax.new_ref(0.0)[...])()
  return frozenset(map(type, jaxpr.effects))


def silent(jaxpr: Jaxpr) -> Jaxpr:
  """jaxpr [...] -> [...] without the equations that serve no output.

  JAX keeps those that have an effect; here only what is done to a reference
  stays, if it comes from outside, or an output is read from it later.
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
  return jaxpr.replace(eqns=eqns, effects=remaining(jaxpr.effects, eqns))


def refers(v: Any) -> bool:
  """Whether a variable, of any shape [], is a reference."""
  return hasattr(v.aval, 'inner_aval')


def silent_inside(eqn: JaxprEqn) -> JaxprEqn:
  """eqn [...] -> [...], the programs that it runs made silent."""
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
  return eqn.replace(params=params, effects=remaining(eqn.effects, programs))


def remaining(effects: Iterable[Any], parts: Iterable[Any]) -> set[Any]:
  """The effects of a kind that a part [...] still has.

  One on a reference says on which, which has another name in each part.
  """
  kinds = {type(effect) for part in parts for effect in part.effects}
  return {effect for effect in effects if type(effect) in kinds}
