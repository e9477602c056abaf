"""The comparison sees every bit, and says what it sees."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from equivalence_tests.suite.compare import Disagreement, agree, ulps

FLOATS = st.floats(width=32, allow_nan=False)


def single(value):
  return np.float32([value])


@given(FLOATS)
def test_a_number_is_one_ulp_from_its_neighbour(value):
  up = np.nextafter(np.float32(value), np.float32(np.inf))
  expected = 0 if math.isinf(value) and value > 0 else 1
  if value == 0 or up == 0:  # the other zero lies between
    expected = ulps(single(value), single(up))
    assert expected in (1, 2)
  assert ulps(single(value), single(up)) == expected


@given(FLOATS, FLOATS)
def test_the_distance_is_symmetric_and_nought_only_for_equal_bits(a, b):
  assert ulps(single(a), single(b)) == ulps(single(b), single(a))
  same = single(a).tobytes() == single(b).tobytes()
  assert (ulps(single(a), single(b)) == 0) == same


@pytest.mark.parametrize('dtype', [jnp.bfloat16, np.float32, np.float64])
def test_one_last_place_is_one_in_every_dtype(dtype):
  one = np.ones(1, dtype)
  assert ulps(one, one + np.array(jnp.finfo(dtype).eps, dtype)) == 1


def test_nan_is_nan_and_nothing_else():
  nan = single(math.nan)
  assert ulps(nan, -nan) == 0
  assert ulps(nan, single(1)) == 2**64


def test_the_two_zeros_differ():
  assert ulps(single(0.0), single(-0.0)) == 1


@pytest.mark.parametrize(
  'other', [np.zeros(2, np.float32), np.zeros(1, np.float64)]
)
def test_another_shape_or_dtype_is_infinitely_far(other):
  assert ulps(np.zeros(1, np.float32), other) == 2**64


def test_trees_of_other_paths_disagree_even_where_leaves_are_equal():
  with pytest.raises(Disagreement, match=r"here: expected \[.*'a'.*got .*'b'"):
    agree('here', {'a': single(1)}, {'b': single(1)})


def test_a_message_names_path_expected_got_and_distance():
  with pytest.raises(Disagreement) as error:
    agree('here', {'a': single(1)}, {'a': single(1 + 2**-23)})
  for part in ("here: leaf ['a']", 'expected float32[1] [1.0]', 'got', '1 ULP'):
    assert part in str(error.value)


def test_a_limit_is_a_limit():
  near = {'a': single(1 + 2**-22)}
  assert agree('here', {'a': single(1)}, near, limit=2) == 2
  with pytest.raises(Disagreement):
    agree('here', {'a': single(1)}, near, limit=1)
