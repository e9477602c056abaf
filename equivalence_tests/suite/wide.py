"""A program in float64 that says how far its numbers went, and its derivatives.

It is a program of float32, so that it draws the same, taken to float64 step by
step. Each number is rounded, and underflows, as one of a narrower dtype, so
that it takes the same turns, and a sum is a unit of rounding too large; but it
does not overflow.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

Program = Any  # a `jax.extend.core.Jaxpr`, which is not annotated


# whose terms are added in an order that is not known, and rounded each time
SUMS = ('reduce_sum', 'psum', 'dot_general', 'conv_general_dilated')


class Narrow(NamedTuple):
  """What a dtype does to a number, scalars []."""

  split: float
  tiny: float
  of_sums: float

  def rounded(self, x: jax.Array) -> jax.Array:
    """x [...] as the dtype would have it, its derivative that of x.

    Source: Dekker (1971), A floating-point technique for extending the
    available precision: a split at any bit of the mantissa.
    """
    scaled = x * self.split
    y = scaled - (scaled - x)
    y = jnp.where(jnp.abs(x) < self.tiny, 0.0, y)
    return x + lax.stop_gradient(y - x)


def narrow(dtype: str) -> Narrow:
  """That of a dtype; on a CPU float16 alone has numbers below the normal."""
  info = jnp.finfo(dtype)
  tiny = info.smallest_subnormal if dtype == 'float16' else info.tiny
  split, of_sums = 2.0 ** (52 - info.nmant) + 1, 1 + float(info.eps)
  return Narrow(split, float(tiny), of_sums)


def is_float(x: Any) -> bool:
  """Whether an array, or its shape and dtype, is of floats."""
  return jnp.issubdtype(x.dtype, jnp.floating)


def wide(x: Any) -> Any:
  """Floats [...] as float64, and anything else as it is."""
  return x.astype(float) if is_float(x) else x


def greatest(leaves: Any) -> jax.Array:
  """The greatest magnitude among all floats [...], or 1 if that is more."""
  sizes = [jnp.max(jnp.abs(x), initial=0.0) for x in leaves if is_float(x)]
  return jnp.max(jnp.stack(sizes), initial=1.0) if sizes else jnp.array(1.0)


def inner(step: Any) -> tuple[Any, Any] | None:
  """The program inside a step that calls one, or scans it; else None."""
  for name in ('jaxpr', 'call_jaxpr'):
    if name in step.params:
      program = step.params[name]
      return getattr(program, 'jaxpr', program), getattr(program, 'consts', ())
  return None


def zeros(program: Program) -> list[Any]:
  """A 0 for each number that is computed on the way, to differentiate by."""
  made = []
  for step in program.eqns:
    called, name = inner(step), step.primitive.name
    leaves: Any = None  # a loop without an end has no derivative
    if name == 'cond':
      leaves = [zeros(branch.jaxpr) for branch in step.params['branches']]
    elif name == 'scan':
      assert called is not None
      many = lambda x, n=step.params['length']: jnp.zeros((n, *x.shape))
      leaves = jax.tree.map(many, zeros(called[0]))
    elif called is not None:
      leaves = zeros(called[0])
    elif name != 'while':
      leaves = [
        jnp.zeros(v.aval.shape) if is_float(v.aval) else None
        for v in step.outvars
      ]
    made.append(leaves)
  return made


def run(
  program: Program, consts: Any, given: Any, offsets: Any, as_in: Narrow
) -> tuple[list[Any], jax.Array]:
  """What the program returns, and the greatest number on the way, []."""
  known = dict(zip(program.constvars, map(wide, consts), strict=True))
  known.update(zip(program.invars, given, strict=True))

  def read(v: Any) -> Any:
    return wide(jnp.asarray(v.val)) if hasattr(v, 'val') else known[v]

  far = greatest(given)
  for step, more in zip(program.eqns, offsets, strict=True):
    ins, called = list(map(read, step.invars)), inner(step)
    if step.primitive.name in TURNS:
      outs, there = TURNS[step.primitive.name](step, ins, more, as_in)
    elif called is not None:
      outs, there = run(*called, ins, more, as_in)
    else:
      more_of_it = as_in.of_sums if step.primitive.name in SUMS else 1.0
      outs = [
        o if m is None else as_in.rounded(more_of_it * o + m)
        for o, m in zip(computed(step, ins), more, strict=True)
      ]
      there = greatest(outs)
    far = jnp.maximum(far, there)
    known.update(zip(step.outvars, outs, strict=True))
  return list(map(read, program.outvars)), far


def computed(step: Any, ins: list[Any]) -> list[Any]:
  """What one primitive returns, [...], in float64 if it is given that."""
  params = dict(step.params)
  if any(map(is_float, ins)):
    for name, value in params.items():
      if name.endswith(('dtype', 'type')) and value in (jnp.float32, 'float32'):
        params[name] = jnp.dtype(float)
  outs = step.primitive.bind(*ins, **params)
  return list(map(wide, outs if step.primitive.multiple_results else [outs]))


def scanned(
  step: Any, ins: list[Any], offsets: Any, as_in: Narrow
) -> tuple[list[Any], jax.Array]:
  """A scan of a program, [time, ...]: what it returns, and how far it went."""
  called = inner(step)
  assert called is not None
  program, how = called[0], step.params
  count = same_rank(step.outvars, program.outvars)
  whole = same_rank(step.invars, program.invars)  # what has no axis of time
  first = whole - count
  consts, carry, xs = ins[:first], ins[first:whole], ins[whole:]

  def body(state: Any, x: Any) -> Any:
    carry, far = state
    offsets, x = x
    outs, there = run(*called, [*consts, *carry, *x], offsets, as_in)
    return (outs[:count], jnp.maximum(far, there)), outs[count:]

  (carry, far), ys = lax.scan(
    body,
    (carry, jnp.array(1.0)),
    (offsets, xs),
    length=how['length'],
    reverse=how['reverse'],
  )
  return [*carry, *ys], far


def chosen(
  step: Any, ins: list[Any], offsets: Any, as_in: Narrow
) -> tuple[list[Any], jax.Array]:
  """One of several programs, by its number []: the same of that one."""

  def branch(number: int) -> Any:
    closed = step.params['branches'][number]
    return lambda offsets, ins: run(
      closed.jaxpr, closed.consts, ins, offsets[number], as_in
    )

  index, *ins = ins
  branches = [branch(number) for number in range(len(offsets))]
  return lax.switch(index, branches, offsets, ins)


def repeated(
  step: Any, ins: list[Any], offsets: Any, as_in: Narrow
) -> tuple[list[Any], jax.Array]:
  """A program as often as another says, [...]: the same, without derivative."""
  of, whole = step.params, lax.stop_gradient(ins)
  first, second = of['cond_nconsts'], of['body_nconsts']
  consts = whole[:first], whole[first : first + second]
  goes_on, turn = of['cond_jaxpr'], of['body_jaxpr']

  def once(closed: Any, given: list[Any]) -> tuple[list[Any], jax.Array]:
    none = zeros(closed.jaxpr)
    return run(closed.jaxpr, closed.consts, given, none, as_in)

  def again(state: Any) -> Any:
    outs, there = once(turn, [*consts[1], *state[0]])
    return outs, jnp.maximum(state[1], there)

  return lax.while_loop(
    lambda state: once(goes_on, [*consts[0], *state[0]])[0][0],
    again,
    (whole[first + second :], jnp.array(1.0)),
  )


TURNS: Mapping[str, Callable[..., tuple[list[Any], jax.Array]]] = {
  'scan': scanned,
  'cond': chosen,
  'while': repeated,
}


def same_rank(outside: Any, inside: Any) -> int:
  """How many of the variables of a scan have the rank they have in its body."""
  return sum(
    len(v.aval.shape) == len(w.aval.shape)
    for v, w in zip(outside, inside, strict=True)
  )


def reach(function: Callable[..., Any], *structs: Any) -> Callable[..., Any]:
  """How far function and its derivatives go, of arguments of these structs.

  Returns:
    A function of arguments, floats in float64, of cotangents, and of a Narrow:
    the greatest number on the way, times the greatest derivative of the
    outputs by an argument or by a number on the way; each 1 at the least.
  """
  closed = jax.make_jaxpr(function)(*structs)

  def product(given: Any, cotangents: Any, as_in: Narrow) -> jax.Array:
    leaves = jax.tree.leaves(given)
    floats = [x for x in leaves if is_float(x)]

    def values(floats: Any, offsets: Any) -> Any:
      rest = iter(floats)
      whole = [next(rest) if is_float(x) else x for x in leaves]
      return run(closed.jaxpr, closed.consts, whole, offsets, as_in)

    offsets = zeros(closed.jaxpr)
    _, pull, far = jax.vjp(values, floats, offsets, has_aux=True)
    slopes = pull(jax.tree.leaves(cotangents))
    return far * greatest(jax.tree.leaves(slopes))

  return product
