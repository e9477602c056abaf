"""Names of one model in place of another's, given and proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equivalence_tests.comparing.paths import (
  check_names,
  path_of,
  proposed,
  renamed,
  shortest,
)

WORDS = st.sampled_from(['params', 'cell', 'rnn', 'kernel', 'bias', 'a', 'b'])
PATHS = st.lists(WORDS, min_size=1, max_size=4).map('/'.join)
SHAPES = st.sampled_from(['float32[2]', 'float32[3]', 'int32[]'])


@pytest.mark.parametrize(
  ('names', 'old', 'new'),
  [
    ({'params/a': 'params/b'}, 'params/a/kernel', 'params/b/kernel'),
    ({'params/a': 'params/b'}, 'params/a', 'params/b'),
    ({'params/a': 'params/b'}, 'params/ab/kernel', 'params/ab/kernel'),
    ({'l_*': 'm_*'}, 'l_12/w', 'm_12/w'),
    ({'*/l_*': 'x/*/m_*'}, 'p/l_3/w', 'x/p/m_3/w'),
    ({'l_*': 'm_*'}, 'l/w', 'l/w'),
    ({'a.b': 'c'}, 'aXb', 'aXb'),
  ],
)
def test_a_path_that_begins_with_a_name_begins_with_the_other(names, old, new):
  assert path_of(old, names) == new


@given(st.dictionaries(PATHS, SHAPES, max_size=5), st.randoms())
def test_what_is_proposed_makes_the_paths_and_shapes_equal(expected, random):
  """Of a model whose paths are others; where nothing is proposed, none fits."""
  got = {f'other/{path}': shape for path, shape in expected.items()}
  names = proposed(expected, got)
  if names is not None:
    assert renamed(got, names) == expected


def test_leaves_of_one_shape_are_told_apart_by_their_last_names():
  expected = {'p/cell/w': 's', 'p/cell/v': 's', 'p/out/b': 't'}
  got = {'p/rnn/w': 's', 'p/rnn/v': 's', 'p/out/b': 't'}
  assert proposed(expected, got) == {'p/rnn': 'p/cell'}


def test_layers_of_one_shape_are_told_apart_by_their_numbers():
  expected = {f'p/layer_{i}/{leaf}': 's' for i in range(3) for leaf in 'wb'}
  got = {f'p/block{i}/{leaf}': 's' for i in range(3) for leaf in 'wb'}
  assert proposed(expected, got) == {
    f'p/block{i}': f'p/layer_{i}' for i in range(3)
  }


def test_where_there_is_a_choice_nothing_is_proposed():
  assert proposed({'p/a': 's', 'p/b': 's'}, {'p/c': 's', 'p/d': 's'}) is None
  assert proposed({'p/a': 's'}, {'p/b': 't'}) is None
  assert proposed({'p/a': 's'}, {'p/a': 's'}) is None


def test_a_part_of_the_tree_is_named_once_and_only_if_all_of_it_moves():
  assert shortest({'p/a/w': 'p/b/w', 'p/a/v': 'p/b/v'}) == {'p/a': 'p/b'}
  apart = {'p/a/w': 'p/b/w', 'p/a/v': 'p/c/v'}
  assert shortest(apart) == apart


@pytest.mark.parametrize('names', [{'a_*': 'b'}, {'a': 'c', 'b': 'c'}])
def test_names_that_cannot_be_are_refused(names):
  with pytest.raises(ValueError, match=r'^here: expected '):
    check_names('here', names)
