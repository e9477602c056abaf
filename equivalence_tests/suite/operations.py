"""Floating-point operations of a program, counted from its jaxpr.

A loop of T steps counts T times its body, which XLA's own cost analysis does
not do: it takes a body once (`test_operations.py` shows it).
"""

import math
from collections.abc import Callable
from typing import Any

import jax
from jax.interpreters import partial_eval as pe

ONE_AN_ENTRY = frozenset(
  'abs add add_any cos div erf erf_inv exp exp2 expm1 integer_pow log log1p '
  'logistic max min mul neg pow rsqrt sin sqrt square sub tan tanh'.split()
)
NONE = frozenset(  # what moves, chooses or draws
  'and bitcast_convert_type broadcast_in_dim clamp concatenate '
  'convert_element_type copy dynamic_slice dynamic_update_slice eq gather '
  'ge gt iota le lt ne not or random_bits random_clone random_fold_in '
  'random_split random_unwrap random_wrap reshape rev select_n shift_left '
  'shift_right_logical slice split squeeze stack stop_gradient transpose '
  'xor'.split()
)
REDUCTIONS = frozenset('cumsum psum reduce_max reduce_min reduce_sum'.split())
VARYING = {
  'cond': 'which of its branches runs',
  'while': 'the number of its steps',
}


class Uncounted(ValueError):
  """A primitive whose operations cannot be told from its jaxpr."""


class Varying(Uncounted):
  """What runs, or how often, depends on values: it is not in the program."""


def count(function: Callable[..., Any], *arguments: Any) -> int:
  """The additions, multiplications, and functions of one entry, in all.

  Args:
    function: what is traced.
    *arguments: trees of arrays, or of their shapes and dtypes, [...].

  Raises:
    Uncounted: it has a primitive that is not known here, or a loop whose
      number of steps is not in the program, or a branch.
  """
  jaxpr = jax.make_jaxpr(function)(*arguments).jaxpr
  used, _ = pe.dce_jaxpr(jaxpr, [True] * len(jaxpr.outvars))
  return of_jaxpr(used)


def of_jaxpr(jaxpr: Any) -> int:
  """The sum over the equations of a jaxpr, shapes [...].

  Raises:
    Uncounted: as `count` says.
  """
  return sum(of_equation(equation) for equation in jaxpr.eqns)


def of_equation(equation: Any) -> int:
  """One equation: its own operations, or those of the jaxprs in it.

  Raises:
    Uncounted: as `count` says.
  """
  name, params = equation.primitive.name, equation.params
  entries = math.prod(equation.outvars[0].aval.shape)
  if name in ONE_AN_ENTRY:
    return entries
  if name in NONE:
    return 0
  if name in REDUCTIONS:
    return math.prod(equation.invars[0].aval.shape) - entries
  if name == 'dot_general':
    (contracted, _), _ = params['dimension_numbers']
    left = equation.invars[0].aval.shape
    terms = math.prod(left[axis] for axis in contracted)
    return entries * (2 * terms - 1)
  if name == 'conv_general_dilated':  # what is padded counts as the rest
    kernel = equation.invars[1].aval.shape
    terms = math.prod(kernel) // kernel[params['dimension_numbers'].rhs_spec[0]]
    return entries * (2 * terms - 1)
  if name == 'scan':
    return params['length'] * of_jaxpr(params['jaxpr'].jaxpr)
  if name in VARYING:
    raise Varying(f'{name}: {VARYING[name]} is not in the program')
  for inner in ('jaxpr', 'call_jaxpr', 'fun_jaxpr'):
    if inner in params:
      return of_jaxpr(getattr(params[inner], 'jaxpr', params[inner]))
  raise Uncounted(f'{name}: not known how many operations it takes')
