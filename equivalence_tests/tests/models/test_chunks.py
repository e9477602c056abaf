"""A long sequence in chunks, by the carry from one to the next.

Of chunks of two steps or more the numbers are the very same. A loop of one step
is none to XLA, which then fuses products and sums in another way: that rounds.
"""

import inspect
from functools import cache

import chex
import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.types import BothWays
from equivalence_tests.suite.cases import Example, arrays, hyperparameters
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find

TIME = 7  # an axis of this size is time: no other in the first rows has it
CUTS = [cut for cut in range(TIME + 1) if 1 not in (cut, TIME - cut)]


def takes_chunks(case):
  """Whether it carries on: what starts from either end needs the whole."""
  axes = case.optional.get('initial_carry')
  axes = axes(case.rows[0]) if callable(axes) else axes
  return axes is not None and not isinstance(axes, BothWays)


CARRYING = [name for name, case in CASES.items() if takes_chunks(case)]


def example(model, seed=0):
  """The first row of a model, on a sequence of TIME steps."""
  setting = CASES[model].rows[0]
  sizes = {**setting.sizes, 'time': TIME}
  return Example(setting._replace(sizes=sizes), seed)


@cache
def carrying(way, model):
  """init; variables, xs, a carry or None -> carry, ys, time's axis, variables.

  It draws nothing, or nothing that shows, and returns its carry if it is asked
  to. What moves goes on too.
  """
  factory = find(way).factory(model)
  taken = inspect.signature(factory).parameters
  given = hyperparameters(CASES[model].rows[0])
  given.update(
    dict.fromkeys({'deterministic', 'return_carry'} & {*taken}, True)
  )
  given.update(dict.fromkeys({'temperature'} & {*taken}, 0.0))
  given.update(dict.fromkeys({'averaged'} & {*taken}, True))  # or by calls
  network, moving = factory(**given), list(CASES[model].state)
  streams = () if 'deterministic' in taken else CASES[model].streams

  @jax.jit
  def run(variables, xs, carry=None):
    handed = {'mutable': moving, 'initial_carry': carry}
    if streams:
      handed['rngs'] = {stream: jax.random.key(0) for stream in streams}
    outputs, moved = network.apply(variables, xs, **handed)
    return outputs, {**variables, **moved}

  return jax.jit(network.init), run


def along_time(shapes):
  """Which output is of every step, and which axis of it is time."""
  ((place, axes),) = (
    (place, {leaf.shape.index(TIME) for leaf in leaves})
    for place, leaves in enumerate(map(jax.tree.leaves, shapes))
    if any(TIME in leaf.shape for leaf in leaves)
  )
  (axis,) = axes
  return place, axis


def in_two(run, variables, xs, cut, hand_on):
  """What the whole gives, and what the chunks: ys, carry, variables."""
  first_axis = xs.shape.index(TIME)
  outputs, after = run(variables, xs)
  place, axis = along_time(outputs)
  whole = outputs[place], outputs[1 - place], after
  chunks = np.split(xs, [cut], first_axis)
  before, between = run(variables, chunks[0])
  then, last = run(between, chunks[1], hand_on(before[1 - place]))
  join = lambda *parts: jnp.concatenate(parts, axis)
  ys = jax.tree.map(join, before[place], then[place])
  return whole, (ys, then[1 - place], last)


def numbers(way, model, cut, seed, hand_on=lambda carry: carry):
  """The same, of a model with its own variables and a sequence of a seed."""
  init, run = carrying(way, model)
  (xs,) = arrays(CASES[model], example(model, seed))
  variables = init({'params': jax.random.key(seed)}, xs)
  return in_two(run, variables, xs, cut, hand_on)


@settings(max_examples=max(1, settings().max_examples // 4))
@given(st.sampled_from(CUTS), st.integers(0, 2**31))
@pytest.mark.parametrize('model', CARRYING)
@pytest.mark.parametrize('way', OWN)
def test_chunks_give_the_very_numbers_of_the_whole(way, model, cut, seed):
  """The outputs, the last carry and what moves, wherever it is cut."""
  whole, chunks = numbers(way, model, cut, seed)
  chex.assert_trees_all_equal(whole, chunks)


@pytest.mark.parametrize('cut', [1, TIME - 1])
@pytest.mark.parametrize('model', CARRYING)
def test_a_chunk_of_one_step_gives_them_but_for_rounding(model, cut):
  whole, chunks = numbers('pure', model, cut, 0)
  chex.assert_trees_all_close(whole, chunks, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize('model', CARRYING)
def test_a_carry_that_is_not_handed_on_is_seen(model):
  whole, chunks = numbers('pure', model, 3, 1, hand_on=lambda _: None)
  with pytest.raises(AssertionError):
    chex.assert_trees_all_equal(whole, chunks)
