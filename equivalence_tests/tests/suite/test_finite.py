"""Outputs and derivatives are finite wherever the numbers on the way are.

For every model, in float16 and in bfloat16 or float32, for parameters, state
and arguments of any magnitude that the dtype has: let every number that the
program computes be computed in float64, rounded to the dtype, but free to
overflow (`wide.py`), and with it the derivative of the outputs by each of these
numbers. If the greatest number times the greatest derivative is less than the
dtype's greatest to the power `ROOM`, then in the dtype itself every output is
finite, and so is every derivative.

A NaN is then a fault of ours: 0 / 0, a quotient whose derivative divides by
what underflows, inf * 0 where nothing had to be infinite. The factor of the two
is there since each step of a derivative is a sum of such products.

The ways have one program (claim `program`), so that of the first is judged.
"""

from functools import lru_cache

import jax
import numpy as np
import pytest
from hypothesis import given as with_drawn
from hypothesis import settings
from hypothesis import strategies as st
from jax import numpy as jnp

from equivalence_tests.suite.compare import floating
from equivalence_tests.suite.covering import is_mixed
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import Subject, of_floats
from equivalence_tests.suite.strictness import UNOPTIMISED, width
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.suite.wide import is_float, narrow, reach, wide

WIDER = ('bfloat16', 'float32')  # as far as float32 reaches; by turns
ROOM = 5 / 8  # of the exponents: 1024 in float16, and 1e24 in the others
EXAMPLES = max(25, settings().max_examples)  # each runs what is compiled once
# XLA may keep more than a dtype has, where a number is used at once
EXACT = {**UNOPTIMISED, 'xla_allow_excess_precision': False}
ROWS = {name: 2 if name == 'ssm' else 1 for name in CASES}  # it has two modes
ROW = [
  (name, row, dtype)
  for turn, (name, count) in enumerate(ROWS.items())
  for row in range(count)
  for dtype in ('float16', WIDER[(turn + row) % 2])
]
WAY = find(next(iter(OWN)))
KINDS = ('ordinary', 'ordinary', 'scaled', 'spread', 'equal', 'rows', 'zero')


@lru_cache(2)  # the tests of a model follow each other
def subject(name, row, dtype):
  """The model in this row's setting, all of it in this dtype."""
  case = CASES[name]
  setting = case.rows[row]
  given = {**setting.hyperparameters, 'param_dtype': dtype, 'dtype': None}
  if not is_mixed(name):
    given = dict(setting.hyperparameters)
  return Subject(
    WAY, case, setting._replace(hyperparameters=given, dtype=dtype, batch=0)
  )


def ones(tree):
  return jax.tree.map(lambda leaf: np.ones(leaf.shape, leaf.dtype), tree)


@lru_cache(2)
def compiled(name, row, dtype):
  """variables, keys, arguments -> the outputs, and all of their derivatives."""
  one = subject(name, row, dtype)

  def product(variables, rngs, xs):
    function, floats = of_floats(one.apply, variables, rngs, xs)
    outputs, pull = jax.vjp(function, floats)
    return outputs, pull(jax.tree.map(jnp.ones_like, outputs))

  shapes = one.shapes('vjp')[:3]
  return jax.jit(product).lower(*shapes).compile(EXACT)


@lru_cache(2)
def compiled_reach(name, row):
  """How far the same goes in float64, for any dtype that it is as in."""
  one = subject(name, row, 'float32')

  def outputs(variables, rngs, xs):
    return floating(one.apply(variables, rngs, *xs))

  *shapes, vectors = one.shapes('vjp')
  product = reach(outputs, *shapes)
  with width('float64'):
    types = jax.tree.map(
      lambda s: jax.ShapeDtypeStruct(s.shape, float) if is_float(s) else s,
      (tuple(shapes), vectors),
    )
    types = (*types, narrow('float16'))
    return jax.jit(product).lower(*types).compile(UNOPTIMISED)


def drawn(draw, random, path, leaf, time):
  """A leaf of one kind, of a magnitude from the least there is to the most."""
  if not is_float(leaf):
    return random.integers(0, time + 1, leaf.shape).astype(leaf.dtype)
  info = jnp.finfo(leaf.dtype)
  low, high = int(np.log2(float(info.tiny))) - info.nmant, int(info.maxexp) - 1
  kind = draw(st.sampled_from(KINDS))
  exponent = 0 if kind in ('ordinary', 'zero') else draw(st.integers(low, high))
  x = random.normal(size=leaf.shape)
  if kind == 'spread':
    x = x * 2.0 ** random.integers(
      *sorted((0, exponent)), x.shape, endpoint=True
    )
  elif kind == 'equal':
    x = np.full(x.shape, random.normal()) * 2.0**exponent
  elif kind == 'rows' and x.size:
    x = np.broadcast_to(x[:1], x.shape)
  elif kind == 'zero':
    x = np.zeros_like(x)
  elif kind == 'scaled':
    x = x * 2.0**exponent
  if 'batch_stats' in path:
    x = np.abs(x)
  most = float(info.max)
  return np.clip(x, -most, most).astype(leaf.dtype)


def values(data, one):
  """Variables, a key a stream, and arguments for the subject."""
  variables, rngs, xs, _ = one.shapes('vjp')
  random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), 'seed'))
  time = one.setting.sizes.get('time', 1)

  def made(path, leaf):
    name = jax.tree_util.keystr(path)
    return drawn(data.draw, random, name, leaf, time)

  variables, xs = jax.tree_util.tree_map_with_path(made, (variables, xs))
  return variables, {stream: jax.random.key(7) for stream in rngs}, xs


def finite(tree):
  return all(
    np.isfinite(np.asarray(leaf, float)).all() for leaf in jax.tree.leaves(tree)
  )


@pytest.mark.parametrize(('model', 'row', 'dtype'), ROW)
@settings(max_examples=EXAMPLES)
@with_drawn(data=st.data())
def test_outputs_and_derivatives_are_finite(model, row, dtype, data):
  given = values(data, subject(model, row, dtype))
  outputs, derivatives = compiled(model, row, dtype)(*given)
  if finite(outputs) and finite(derivatives):
    return
  how_far = compiled_reach(model, row)
  with width('float64'):
    as_float64 = jax.tree.map(wide, (given, ones(outputs)))
    went = float(how_far(*as_float64, narrow(dtype)))
  most = float(jnp.finfo(dtype).max) ** ROOM
  got = jax.tree.map(np.asarray, (outputs, derivatives))
  assert not went < most, (
    f'{model}, row {row}, {dtype}: the greatest number times the greatest '
    f'derivative is {went:.3g}, less than {most:.3g}; yet outputs and '
    f'derivatives are {got}, of variables, keys and arguments {given}'
  )
