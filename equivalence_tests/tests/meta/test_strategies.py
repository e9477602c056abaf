"""Hypothesis draws what it should."""

import math
from contextlib import suppress

import jax
import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample

from equivalence_tests.suite.cases import arrays
from equivalence_tests.suite.covering import choices, is_mixed
from equivalence_tests.suite.judge import Plan, fixed_examples
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.strategies import (
  SEEDS,
  examples,
  free,
  numbers,
  rows,
)

QUIET = settings(max_examples=2000, database=None)
FEW = settings(max_examples=300, database=None, phases=[Phase.generate])


@pytest.mark.parametrize(
  'kind',
  [
    math.isnan,
    lambda x: x == math.inf,
    lambda x: x == -math.inf,
    lambda x: x == 0 and math.copysign(1, x) < 0,
    lambda x: 1e30 < x < math.inf,
    lambda x: 0 < x < 1e-38,
    lambda x: 0.5 < x < 1.5,
  ],
  ids=['nan', 'inf', '-inf', '-0', 'huge', 'tiny', 'ordinary'],
)
@pytest.mark.parametrize('itemsize', [2, 4, 8])
def test_numbers_of_every_kind_are_drawn(itemsize, kind):
  assert kind(find(numbers(itemsize), kind, settings=QUIET))


def test_keys_of_every_size_are_drawn():
  find(SEEDS, lambda seed: seed > 2**31, settings=QUIET)


@pytest.mark.parametrize('itemsize', [2, 4, 8])
def test_half_of_the_numbers_are_ordinary(itemsize):
  drawn = []

  @settings(max_examples=400, database=None, derandomize=True)
  @given(numbers(itemsize))
  def draw(x):
    drawn.append(abs(x) <= 2)

  draw()
  assert sum(drawn) > len(drawn) / 2


def kinds(setting, mixed):
  """What a setting is one of: its dtypes, its batch, each hyperparameter."""
  given = setting.hyperparameters
  yield 'is given', setting.dtype
  yield 'is batched', setting.batch > 0
  yield from ((name, repr(value)) for name, value in given.items())
  if mixed:
    yield 'computes in another', given['dtype'] not in (None, setting.dtype)


@pytest.mark.parametrize('model', CASES)
def test_settings_of_every_kind_are_drawn(model):
  case, mixed, met = CASES[model], is_mixed(model), set()
  known = choices(case)
  every = {
    ('is given', 'bfloat16'),
    ('is given', 'float64'),
    *((name, repr(v)) for name, values in known.items() for v in values),
    *([('is batched', True)] if case.arguments else []),
    *([('computes in another', True)] if mixed else []),
  }

  def has_met_all(setting):
    met.update(kinds(setting, mixed))
    return every <= met

  with suppress(NoSuchExample):  # it stops where there is nothing left to meet
    find(free(case), has_met_all, settings=FEW)
  assert not every - met
  assert {kind for kind in met if kind[0] in known} <= every


@pytest.mark.parametrize('model', CASES)
def test_an_example_makes_arrays_of_its_setting(model):
  case = CASES[model]

  @settings(max_examples=8, database=None)
  @given(examples(case, rows(case) | free(case)))
  def check(example):
    for array in jax.tree.leaves(arrays(case, example)):
      assert array.shape[:1] == (example.setting.batch,) or not (
        example.setting.batch
      )

  check()


def test_rows_have_every_dtype_a_batch_a_reverse_and_an_unroll():
  settings = CASES['elman'].rows
  assert {s.dtype for s in settings} == {'float32', 'bfloat16', 'float64'}
  assert any(s.batch for s in settings)
  assert any(s.optional for s in settings)
  assert {s.sizes['time'] for s in settings} >= {0, 1}
  assert any(s.hyperparameters.get('reverse') for s in settings)
  assert any(s.hyperparameters.get('unroll', 1) > 1 for s in settings)


def test_the_text_is_one_hot_characters_of_what_is_read():
  text = 'the characters of a text, read one by one, over and over'
  case = CASES['elman']
  example = fixed_examples(case, Plan(1, 3, text))[-1]
  (xs,) = arrays(case, example)
  alphabet = sorted(set(text))
  read = ''.join(alphabet[i] for i in xs.argmax(axis=1))
  assert read in text
  np.testing.assert_array_equal(xs.sum(axis=1), 1)
  others = [fixed_examples(case, Plan(1, seed, text))[-1] for seed in range(9)]
  assert len({other.characters for other in others}) > 5


def test_the_parts_of_the_examples_are_all_of_them():
  case, plan = CASES['elman'], Plan(1, 0, 'some text that is long enough, ' * 3)
  whole = fixed_examples(case, plan)
  parts = [
    fixed_examples(case, plan._replace(shard=i, shards=2)) for i in range(2)
  ]
  assert sorted(map(repr, whole)) == sorted(map(repr, parts[0] + parts[1]))
