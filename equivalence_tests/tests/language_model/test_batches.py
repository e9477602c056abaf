"""Every character is read once, in order, however it is cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.language_model.batches import block, chunked, split
from core_rnn.language_model.misuse import Misuse


@st.composite
def cuts(draw):
  batch, time = draw(st.integers(1, 5)), draw(st.integers(1, 6))
  count = draw(st.integers(max(batch, time) + 1, 60))
  return np.arange(count, dtype=np.int32), batch, time


def rows(chunks):
  """Inputs and targets of each row, one after the other, without padding."""
  for row in range(chunks.tokens.shape[1]):
    pairs = []
    for tokens, length in zip(
      chunks.tokens[:, row], chunks.lengths[:, row], strict=True
    ):
      pairs += [*pairwise(tokens[: length + 1])]
    yield pairs


@given(cuts())
def test_each_character_is_a_target_once_after_the_one_before(cut):
  pairs = [pair for row in rows(chunked(*cut, 'text')) for pair in row]
  assert pairs == [*pairwise(cut[0])]


@given(cuts())
def test_rows_are_as_long_as_each_other_but_for_one(cut):
  lengths = [len(row) for row in rows(chunked(*cut, 'text'))]
  assert max(lengths) - min(lengths) <= 1


@given(cuts())
def test_only_the_last_chunk_has_padding_and_none_has_nothing_else(cut):
  chunks = chunked(*cut, 'text')
  assert (chunks.lengths[:-1] == cut[2]).all()
  assert chunks.lengths[-1].any()


def test_an_epoch_begins_with_the_first_chunk_and_no_other():
  chunks = chunked(np.arange(20), 2, 3, 'text')
  assert chunks.fresh.tolist() == [True, False, False, False]


def test_tokens_are_kept_in_few_bytes():
  assert chunked(np.arange(200), 2, 3, 'text').tokens.dtype == np.uint8
  assert chunked(np.arange(300), 2, 3, 'text').tokens.dtype == np.uint16


def test_blocks_of_steps_go_on_in_the_next_epoch():
  chunks = chunked(np.arange(20), 2, 3, 'text')
  taken = block(chunks, jnp.asarray(6), 4)
  order = [2, 3, 0, 1]
  for got, whole in zip(taken, chunks, strict=True):
    np.testing.assert_array_equal(got, whole[order])


def test_the_end_of_a_text_is_held_out():
  train, held_out = split(np.arange(10), 0.2)
  assert train.tolist() == [*range(8)]
  assert held_out.tolist() == [8, 9]


@pytest.mark.parametrize(('batch', 'time'), [(6, 2), (2, 6)])
def test_a_text_that_is_too_short_says_how_long_it_must_be(batch, time):
  message = 'text: expected 7 characters or more, .*got 6'
  with pytest.raises(Misuse, match=message):
    chunked(np.arange(6), batch, time, 'text')
