"""The distance of what two models return sees what is apart, and only that."""

import numpy as np
import pytest

from equivalence_tests.comparing.distance import of_leaf, within
from equivalence_tests.suite.compare import APART, Disagreement

ONES = np.ones(3, np.float32)


def moved(by, at=0, dtype=np.float32):
  """Ones, but for one that is moved by so many ULP."""
  array = np.ones(3, dtype)
  array[at] += by * np.finfo(dtype).eps
  return array


@pytest.mark.parametrize('by', [0, 4, -4, 8])
def test_it_is_in_units_of_the_largest_entry(by):
  assert of_leaf(ONES, moved(by)) == pytest.approx(abs(by))
  assert of_leaf(4 * ONES, 4 * ONES + moved(by) - ONES) <= abs(by) / 4


@pytest.mark.parametrize(
  'got',
  [
    ONES[:2],
    ONES.astype(np.float16),
    np.array([1, 1, np.nan], np.float32),
    np.array([1, np.inf, 1], np.float32),
  ],
)
def test_another_shape_dtype_or_nan_is_infinitely_far(got):
  assert of_leaf(ONES, got) == APART
  with pytest.raises(Disagreement, match='ULP of its largest entry'):
    within({'y': ONES}, {'y': got}, 1e9)


def test_nan_and_infinity_in_their_places_are_the_same():
  odd = np.array([np.nan, np.inf, -np.inf], np.float32)
  assert of_leaf(odd, odd) == 0
  assert of_leaf(odd, odd[[0, 2, 1]]) == APART


def test_integers_are_the_same_or_not():
  assert of_leaf(np.arange(3), np.arange(3)) == 0
  assert of_leaf(np.arange(3), np.arange(3)[::-1]) == APART


def test_with_nothing_allowed_it_is_bit_for_bit():
  assert within(ONES, ONES, 0) == 0
  for got in (moved(1), -0.0 * ONES):
    with pytest.raises(Disagreement, match='allowed: 0'):
      within(0 * ONES if not got.any() else ONES, got, 0)


def test_other_paths_are_told():
  with pytest.raises(Disagreement, match=r"expected .*'x'.*, got .*'y'"):
    within({'x': ONES}, {'y': ONES}, 1)
