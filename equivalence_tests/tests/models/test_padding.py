"""What stands at padding is seen by nothing, in any model that has lengths.

Judged of the pure way: the others have the same programs.
"""

import inspect
from functools import cache, partial

import chex
import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.suite.cases import Example, arrays, hyperparameters
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import find

TIME = 7  # an axis of this size is time: no other in the first rows has it
LENGTHS = np.array([3, TIME, 0, 1, 5])
WHOLE = {'seq_length', 'seq_lengths'}  # of sequences; others are of keys
PADDED = [name for name, case in CASES.items() if WHOLE & {*case.optional}]


def can_be_silent(model):
  """Whether it takes zero_padding."""
  taken = inspect.signature(find('pure').factory(model)).parameters
  return 'zero_padding' in taken


def axes_of(model):
  """The names of the axes of its one argument."""
  case = CASES[model]
  (axes,) = case.arguments.values()
  return (axes(case.rows[0]) if callable(axes) else axes).split()


@cache
def made(model, zero_padding=False):
  """apply, which draws the same in every call; variables; xs."""
  case = CASES[model]
  setting = case.rows[0]
  setting = setting._replace(sizes={**setting.sizes, 'time': TIME})
  (xs,) = arrays(case, Example(setting, 1))
  given = hyperparameters(setting)
  if zero_padding:
    given['zero_padding'] = True
  network = find('pure').factory(model)(**given)
  variables = jax.jit(network.init)(jax.random.key(0), xs)
  more = {'mutable': [*case.state]} if case.state else {}
  if case.streams:
    more['rngs'] = dict.fromkeys(case.streams, jax.random.key(2))
  return jax.jit(partial(network.apply, **more)), variables, xs


def lengths_of(model):
  """What it is told of lengths: of one sequence each in turn, or of a batch."""
  (name,) = WHOLE & {*CASES[model].optional}
  if name == 'seq_length':
    return name, [*LENGTHS]
  sizes = CASES[model].rows[0].sizes
  return name, [np.resize(LENGTHS, sizes['batch'])]


def padding_of(model, lengths, xs):
  """Whether each entry of xs [...] is of a step that is padding."""
  axes = axes_of(model)
  at = np.arange(TIME).reshape([TIME if a == 'time' else 1 for a in axes])
  shape = [
    n if a == 'batch' else 1 for a, n in zip(axes, xs.shape, strict=True)
  ]
  ends = np.reshape(lengths, shape if np.ndim(lengths) else [1] * len(axes))
  return np.broadcast_to(at >= ends, xs.shape)


@pytest.mark.parametrize('model', PADDED)
def test_no_output_carry_state_or_derivative_depends_on_padding(model):
  apply, variables, xs = made(model)
  name, each = lengths_of(model)
  floats = jnp.issubdtype(xs.dtype, jnp.floating)

  def loss(variables, xs, lengths):
    result = apply(variables, xs, **{name: lengths})
    return sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(result)), result

  by = (0, 1) if floats else 0
  slopes = jax.jit(jax.grad(loss, by, has_aux=True))
  for lengths in each:
    padding = padding_of(model, lengths, xs)
    expected, got = (
      slopes(variables, np.where(padding, value, xs).astype(xs.dtype), lengths)
      for value in (0, np.nan if floats else 1)
    )
    chex.assert_trees_all_equal(expected, got)
    chex.assert_tree_all_finite(got)
    if floats:
      (_, of_xs), _ = got
      assert (of_xs[padding] == 0).all()
      assert np.max(lengths) < TIME or (of_xs != 0).any()


@pytest.mark.parametrize('length', [0, 3])
@pytest.mark.parametrize('model', [*filter(can_be_silent, PADDED)])
def test_outputs_at_padding_are_nought_where_this_is_asked(model, length):
  (silent, variables, xs), (usual, *_) = (
    made(model, on) for on in (True, False)
  )
  name, (first, *_) = lengths_of(model)
  lengths = {name: np.full_like(first, length)}
  got, expected = (apply(variables, xs, **lengths) for apply in (silent, usual))

  def at_padding(leaf):
    if TIME not in leaf.shape:  # a carry, or what moves
      return leaf
    return jnp.moveaxis(leaf, leaf.shape.index(TIME), 0).at[length:].set(0)

  def in_front(leaf):
    at = leaf.shape.index(TIME) if TIME in leaf.shape else 0
    return jnp.moveaxis(leaf, at, 0)

  chex.assert_trees_all_equal(
    jax.tree.map(in_front, got), jax.tree.map(at_padding, expected)
  )
