"""What the kit compiles once is one program, and no other is taken for it."""

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.conforming.running import compiled, ran

X = np.array([1.0, 2.0], np.float32)


def test_programs_of_one_form_are_compiled_once():
  compiled.cache_clear()
  for call in (lambda x: x * 2 + 1, lambda y: y * 2 + 1):
    np.testing.assert_array_equal(ran(call, X), [3, 5])
  assert compiled.cache_info().misses == 1


@pytest.mark.parametrize(
  'other',
  [
    lambda x: x * 2 + 2,
    lambda x: x * 2 + jnp.array([1.0, 2.0]),
    lambda x: 1 + x * 2,
    lambda x: (x * 2 + 1).reshape(2, 1),
  ],
)
def test_a_program_of_another_form_is_another(other):
  ran(lambda x: x * 2 + 1, X)
  np.testing.assert_array_equal(ran(other, X), other(X))


def test_another_tree_of_arguments_or_results_is_another_program():
  one = lambda tree: tree['a'] - tree['b']
  other = lambda tree: [one(tree)]
  named = lambda tree: tree['c'] - tree['a']
  a, b = np.float32(3), np.float32(1)
  assert ran(one, {'a': a, 'b': b}) == 2
  assert ran(other, {'a': a, 'b': b}) == [2]
  assert ran(named, {'a': a, 'c': b}) == -2


def test_what_a_call_raises_is_raised():
  with pytest.raises(jax.errors.ConcretizationTypeError):
    ran(lambda x: x if x.sum() > 0 else -x, X)
