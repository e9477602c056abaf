"""How Flax keys a draw: `derive` against Flax itself."""

import hashlib

import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from hypothesis import given
from hypothesis import strategies as st

from core_rnn.keys import big_endian, derive

NAMES = st.text(
  st.characters(exclude_categories=['Cs'], exclude_characters='/'), min_size=1
)


def bits(key):
  return np.asarray(jax.random.key_data(key)).tolist()


@given(
  st.lists(NAMES, max_size=3), st.integers(1, 4), st.integers(0, 2**32 - 1)
)
def test_derive_is_the_key_that_a_scope_draws(path, draw, seed):
  key = jax.random.key(seed)

  def descend(scope, names):
    if names:
      return scope.child(descend, names[0])(names[1:])
    return [scope.make_rng('params') for _ in range(draw)][-1]

  drawn, _ = core.apply(descend, mutable=True)({}, path, rngs={'params': key})
  assert bits(derive(key, *path, draw)) == bits(drawn)


def test_derive_is_the_key_that_a_module_draws():
  key = jax.random.key(5)

  class Leaf(nn.Module):
    @nn.compact
    def __call__(self):
      return self.make_rng('params'), self.make_rng('params')

  class Root(nn.Module):
    @nn.compact
    def __call__(self):
      return Leaf(name='leaf')()

  first, second = Root().apply({}, rngs={'params': key})
  assert bits(first) == bits(derive(key, 'leaf', 1))
  assert bits(second) == bits(derive(key, 'leaf', 2))


def test_derive_is_sha1_of_the_path_folded_in():
  key = jax.random.key(1)
  digest = hashlib.sha1(b'cell' + b'input' + b'\x01').digest()
  word = np.uint32(int.from_bytes(digest[:4], 'big'))
  expected = jax.random.fold_in(key, word)
  assert bits(derive(key, 'cell', 'input', 1)) == bits(expected)


def test_an_empty_path_leaves_the_key_alone():
  key = jax.random.key(1)
  assert derive(key) is key


def test_paths_that_read_the_same_without_their_slashes_share_a_key():
  key = jax.random.key(1)
  assert bits(derive(key, 'cell', 'input', 1)) == bits(
    derive(key, 'cellin', 'put', 1)
  )


def test_flax_draws_the_same_twice_where_two_paths_read_the_same():
  def root(scope):
    one = scope.child(lambda s: s.make_rng('params'), 'ab')
    a = scope.child(
      lambda s: s.child(lambda inner: inner.make_rng('params'), 'b')(), 'a'
    )
    return one(), a()

  drawn, _ = core.apply(root, mutable=True)(
    {}, rngs={'params': jax.random.key(0)}
  )
  assert bits(drawn[0]) == bits(drawn[1])


@given(st.integers(0, 2**70))
def test_big_endian_bytes_hold_the_number_and_are_the_fewest(number):
  written = big_endian(number)
  assert int.from_bytes(written, 'big') == number
  assert not written or written[0] != 0


def test_a_negative_number_has_no_bytes():
  with pytest.raises(OverflowError):
    big_endian(-1)
