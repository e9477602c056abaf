"""How Flax keys a draw: `derive` against Flax itself, and which keys do."""

import hashlib
import json
import os
import subprocess
import sys

import chex
import jax
import numpy as np
import pytest
from flax import core
from flax import linen as nn
from hypothesis import given
from hypothesis import strategies as st

from core_rnn.keys import big_endian, derive
from equivalence_tests.suite.cases import Example, arrays
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.strictness import flax_flag
from equivalence_tests.suite.ways import OWN, find

NAMES = st.text(
  st.characters(exclude_categories=['Cs'], exclude_characters='/'), min_size=1
)


def bits(key):
  return np.asarray(jax.random.key_data(key)).tolist()


@given(
  st.lists(NAMES, max_size=3),
  st.integers(1, 4),
  st.integers(0, 2**32 - 1),
  st.booleans(),
)
def test_derive_is_the_key_that_a_scope_draws(path, draw, seed, separated):
  key = jax.random.key(seed)

  def descend(scope, names):
    if names:
      return scope.child(descend, names[0])(names[1:])
    return [scope.make_rng('params') for _ in range(draw)][-1]

  with flax_flag('flax_fix_rng_separator', separated):
    apply = core.apply(descend, mutable=True)
    drawn, _ = apply({}, path, rngs={'params': key})
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


def one_of(way, model):
  """A way's model in its first setting, and what it is given."""
  setting = CASES[model].rows[0]
  one = subject(find(way), CASES[model], setting).model
  return one, arrays(CASES[model], Example(setting))


def program(way, model, key):
  """The text of `init` from keys like this one."""
  one, xs = one_of(way, model)
  init = jax.jit(lambda key: one.init({'params': key}, *xs))
  return init.lower(key).as_text()


IMPLEMENTATIONS = ('threefry2x32', 'rbg', 'unsafe_rbg')


@pytest.mark.parametrize('implementation', IMPLEMENTATIONS)
@pytest.mark.parametrize('kind', ['typed', 'raw'])
@given(st.sampled_from([*CASES]), st.integers(0, 2**32 - 1))
def test_keys_of_every_implementation_give_one_program(
  kind, implementation, model, seed
):
  """A raw key is one of the default implementation, as JAX has it."""
  default = 'threefry2x32' if kind == 'typed' else implementation
  with jax.default_prng_impl(default):
    key = jax.random.key(seed, impl=implementation)
    if kind != 'typed':
      key = jax.random.key_data(key)
    texts = {program(way, model, key) for way in OWN}
  assert len(texts) == 1


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', ['elman', 'jit_mlp'])
def test_a_raw_key_gives_the_values_of_the_typed_one(way, model):
  """In one process: what is jitted for the keys of one is not of another."""
  one, xs = one_of(way, model)
  for implementation in IMPLEMENTATIONS:
    with jax.default_prng_impl(implementation):
      typed = one.init(jax.random.key(7), *xs)
      for older in (jax.random.PRNGKey(7), np.asarray(jax.random.PRNGKey(7))):
        chex.assert_trees_all_equal(one.init(older, *xs), typed)


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('implementation', IMPLEMENTATIONS)
def test_a_raw_key_of_another_implementation_is_refused(way, implementation):
  one, xs = one_of(way, 'elman')
  words = 2 if 'rbg' in implementation else 4
  message = rf"{way} elman: rngs\['params'\]: expected a key .*\({words},\)"
  with (
    jax.default_prng_impl(implementation),
    pytest.raises(TypeError, match=message),
  ):
    one.init(np.zeros(words, np.uint32), *xs)


@given(st.sampled_from([*CASES]))
def test_where_flax_separates_its_paths_every_way_does(model):
  key = jax.random.key(0)
  with flax_flag('flax_fix_rng_separator', True):
    texts = {program(way, model, key) for way in OWN}
  assert len(texts) == 1


@pytest.mark.parametrize('way', OWN)
def test_with_paths_separated_other_values_are_drawn(way):
  one, xs = one_of(way, 'elman')
  kernel = lambda: one.init(jax.random.key(0), *xs)['params']['cell'][
    'recurrent'
  ]
  usual = kernel()
  with flax_flag('flax_fix_rng_separator', True):
    assert not np.array_equal(kernel(), usual)


def words_without_flax(value):
  """The key of a draw, in a process where nobody imports Flax."""
  code = (
    'import json, sys, jax; from core_rnn.keys import derive;'
    "key = derive(jax.random.key(0), 'cell', 'input', 1);"
    "assert 'flax' not in sys.modules;"
    'print(json.dumps(jax.random.key_data(key).tolist()))'
  )
  done = subprocess.run(
    [sys.executable, '-c', code],
    capture_output=True,
    text=True,
    check=True,
    env={**os.environ, 'FLAX_FIX_RNG_SEPARATOR': value},
  )
  return json.loads(done.stdout)


@pytest.mark.parametrize(('value', 'on'), [('yes', True), ('0', False)])
def test_the_flag_is_followed_where_flax_is_not_imported(value, on):
  def descend(scope):
    return scope.child(
      lambda s: s.child(lambda inner: inner.make_rng('params'), 'input')(),
      'cell',
    )()

  with flax_flag('flax_fix_rng_separator', on):
    rngs = {'params': jax.random.key(0)}
    drawn, _ = core.apply(descend, mutable=True)({}, rngs=rngs)
  assert words_without_flax(value) == bits(drawn)


@pytest.mark.parametrize('way', OWN)
@given(st.sampled_from([name for name in CASES if CASES[name].streams]))
def test_init_draws_the_same_whether_or_not_it_has_other_streams(way, model):
  one, xs = one_of(way, model)
  more = {s: jax.random.key(9) for s in CASES[model].streams}
  alone = one.init(jax.random.key(0), *xs)
  among = one.init({'params': jax.random.key(0), **more}, *xs)
  chex.assert_trees_all_equal(alone, among)


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize(
  'model', [n for n, case in CASES.items() if case.streams]
)
def test_a_key_alone_does_not_stand_for_a_stream(way, model):
  one, xs = one_of(way, model)
  variables = one.init(jax.random.key(0), *xs)
  (stream,) = CASES[model].streams
  message = f'{way} {model}: rngs: expected a key for the stream {stream!r}, '
  with pytest.raises(ValueError, match=message):
    one.apply(variables, *xs, rngs=jax.random.key(1))
