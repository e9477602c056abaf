"""Canonical forms of traced programs: equal forms lower to one text.

Lowering costs more than tracing. So the ways are compared as JAX has traced
them, without what lowering drops: code whose results nobody uses, the names of
variables, the lines of source. Where two forms differ, the texts decide.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal
from jax.interpreters import partial_eval

# What says where code stands, and nothing of what it does.
NAMES = frozenset({'debug_info'})
# What lowering never looks at: the rules of derivatives are applied before.
UNLOWERED = NAMES | {'bwd', 'fwd_jaxpr_thunk', 'jvp_jaxpr_fun', 'out_trees'}


class Form:
  """A program's trees, of which no text says anything, and what texts show."""

  def __init__(self, trees: Hashable, seen: Hashable):
    """It is hashed once: the tuples are deep."""
    self.parts = trees, seen
    self.hash = hash(self.parts)

  def __hash__(self) -> int:
    """That of its parts."""
    return self.hash

  def __eq__(self, other: object) -> bool:
    """Whether all parts are equal."""
    return isinstance(other, Form) and self.parts == other.parts


def trees_of(takes: Any, returns: Any) -> Hashable:
  """What a program takes and returns: no text names what is not used."""
  leaves = tuple((x.shape, x.dtype) for x in jax.tree.leaves(takes))
  return leaves, jax.tree.structure(takes), jax.tree.structure(returns)


def form(
  traced: ClosedJaxpr, unseen: frozenset[str] = UNLOWERED
) -> tuple[Hashable, ...]:
  """A closed jaxpr -> what of it lowering can see, as tuples.

  With nothing unseen, what derivatives can see too: the rules in it, each of
  which is a function, and equal to none but itself.
  """
  live, used = partial_eval.dce_jaxpr(
    traced.jaxpr, [True] * len(traced.jaxpr.outvars)
  )
  return (tuple(used), *Forms(unseen).closed(live, traced.consts))


class Forms:
  """The forms of one program; a part that it uses twice is told apart once.

  Lowering makes one function of one jaxpr that is called twice, and two of two
  that are equal: so the second time a form only says which part it was.
  """

  def __init__(self, unseen: frozenset[str] = UNLOWERED):
    """No part has been met; parameters of these names are left out."""
    self.unseen = unseen
    self.parts: dict[int, int] = {}
    self.kept: list[Any] = []  # alive, so that no two have one id

  def closed(self, jaxpr: Any, consts: Any) -> tuple[Hashable, ...]:
    """A jaxpr and its constants."""
    if id(jaxpr) in self.parts:
      return ('again', self.parts[id(jaxpr)])
    self.parts[id(jaxpr)] = len(self.parts)
    self.kept.append(jaxpr)
    names: dict[Any, int] = {}

    def name(var: Any) -> Hashable:
      if isinstance(var, Literal):
        return ('literal', var.aval, value(var.val))
      return names.setdefault(var, len(names)), var.aval

    def named(variables: Any) -> tuple[Hashable, ...]:
      return tuple(map(name, variables))

    def equation(eqn: Any) -> tuple[Hashable, ...]:
      how = tuple(self.parameters(eqn.params))
      ins, outs = named(eqn.invars), named(eqn.outvars)
      return str(eqn.primitive), ins, how, outs, getattr(eqn, 'ctx', None)

    given = named((*jaxpr.constvars, *jaxpr.invars))
    equations = tuple(map(equation, jaxpr.eqns))
    return given, tuple(map(value, consts)), equations, named(jaxpr.outvars)

  def parameters(self, params: Mapping[str, Any]) -> Iterator[Hashable]:
    """Each parameter of an equation that lowering looks at, by its name."""
    for key, param in sorted(params.items()):
      if key not in self.unseen:
        yield key, self.parameter(param)

  def parameter(self, param: Any) -> Hashable:
    """A parameter: jaxprs in it as forms, anything else as it is."""
    if isinstance(param, ClosedJaxpr):
      return self.closed(param.jaxpr, param.consts)
    if isinstance(param, Jaxpr):
      return self.closed(param, ())
    if isinstance(param, tuple | list):
      return (type(param), *map(self.parameter, param))
    if isinstance(param, Mapping):
      return tuple(self.parameters(param))
    self.kept.append(param)
    return value(param)


def value(leaf: Any) -> Hashable:
  """A constant, bit for bit; what has no bits stands for itself."""
  if isinstance(leaf, jax.Array | np.ndarray | np.generic | float | complex):
    if isinstance(leaf, jax.Array) and jax.dtypes.issubdtype(
      leaf.dtype, jax.dtypes.prng_key
    ):
      return (str(leaf.dtype), value(jax.random.key_data(leaf)))
    array = np.asarray(leaf)
    return (str(array.dtype), array.shape, array.tobytes())
  try:
    hash(leaf)
  except TypeError:
    return ('alone', id(leaf))
  return (type(leaf), leaf)


def flow(traced: ClosedJaxpr) -> tuple[Hashable, ...]:
  """What each result is computed from, and how many equations there are.

  It does not say in which order a loop carries its operands, nor in which the
  equations stand: two programs of one flow differ in nothing else, as far as
  the results and the number of equations can tell.
  """
  live, used = partial_eval.dce_jaxpr(
    traced.jaxpr, [True] * len(traced.jaxpr.outvars)
  )
  ins = [('in', i) for i, on in enumerate(used) if on]
  return size(live), *Flow().of(live, traced.consts, ins)


def size(jaxpr: Any) -> int:
  """How many equations a jaxpr has, those of the jaxprs in it among them."""
  parts = jax.tree.leaves(
    [list(eqn.params.values()) for eqn in jaxpr.eqns],
    is_leaf=lambda part: isinstance(part, ClosedJaxpr | Jaxpr),
  )
  closed = (part.jaxpr for part in parts if isinstance(part, ClosedJaxpr))
  plain = (part for part in parts if isinstance(part, Jaxpr))
  return len(jaxpr.eqns) + sum(map(size, (*closed, *plain)))


def operands(params: Mapping[str, Any]) -> tuple[int, int]:
  """How many constants a scan has, and how many leaves its carry."""
  if 'ft_in' in params:  # from JAX 0.12 on
    constants, carry, _ = params['ft_in'].unpack()
    return len([*constants]), len([*carry])
  return params['num_consts'], params['num_carry']


class Flow:
  """Labels of values: equal where they are computed alike of equal values."""

  def of(self, jaxpr: Any, consts: Any, ins: list[Any]) -> list[int]:
    """The labels of what a jaxpr returns, for those of what it takes."""
    known = dict(zip(jaxpr.invars, ins, strict=True))
    known.update(
      (var, value(const))
      for var, const in zip(jaxpr.constvars, consts, strict=True)
    )

    def label(var: Any) -> Hashable:
      if isinstance(var, Literal):
        return (str(var.aval), value(var.val))
      return known[var]

    for eqn in jaxpr.eqns:
      labels = self.equation(eqn, [label(var) for var in eqn.invars])
      known.update(zip(eqn.outvars, labels, strict=True))
    return [hash(label(var)) for var in jaxpr.outvars]

  def equation(self, eqn: Any, ins: list[Any]) -> list[int]:
    """The labels of what an equation returns."""
    kind = str(eqn.primitive)
    if kind == 'scan':
      return self.scan(eqn.params, ins)
    inner = eqn.params.get('jaxpr') or eqn.params.get('call_jaxpr')
    if isinstance(inner, ClosedJaxpr) and len(ins) == len(inner.jaxpr.invars):
      outs = self.of(inner.jaxpr, inner.consts, ins)
      return [hash((kind, eqn.params.get('name'), out)) for out in outs]
    made = (kind, tuple(Forms().parameters(eqn.params)), tuple(ins))
    return [hash((made, index)) for index in range(len(eqn.outvars))]

  def scan(self, params: Any, ins: list[Any]) -> list[int]:
    """Those of a loop: what it carries is told apart by what comes of it."""
    constants, count = operands(params)
    body = params['jaxpr']
    first = ins[constants : constants + count]
    carry = [hash(('carried', label)) for label in first]
    around = [hash(('same', label)) for label in ins[:constants]]
    each = [hash(('scanned', label)) for label in ins[constants + count :]]
    outs: list[int] = []
    for _ in range(count + 1):  # until the labels tell all apart
      outs = self.of(body.jaxpr, body.consts, [*around, *carry, *each])
      carry = [
        hash((label, out)) for label, out in zip(carry, outs, strict=False)
      ]
    how = tuple(params[name] for name in ('length', 'reverse', 'unroll'))
    made = [*carry, *outs[count:]]
    return [hash((how, tuple(sorted(carry)), label)) for label in made]
