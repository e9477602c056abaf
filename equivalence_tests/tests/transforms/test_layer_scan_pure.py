"""The pure layer_scan: a loop over layers, of the number that there are."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.pure.transforms.layer_scan import layer_scan

LENGTH = 3
WHOLE = st.integers(-3, 3)  # sums and products of such are exact


def init(key):
  return {'w': jax.random.normal(key, (2,)), 'b': jnp.zeros(2)}


def apply(params, prepared, carry, key, *xs):
  del key
  scale = params['w'] if prepared is None else prepared
  carry = carry * scale + params['b'] + sum(xs)
  return carry, carry - scale


def whole(*shape):
  """Arrays of whole numbers."""
  size = int(np.prod(shape))
  values = st.lists(WHOLE, min_size=size, max_size=size)
  return values.map(lambda list: jnp.asarray(list, jnp.float32).reshape(shape))


@given(
  st.fixed_dictionaries({'w': whole(LENGTH, 2), 'b': whole(LENGTH, 2)}),
  whole(2),
  st.lists(whole(LENGTH, 2), max_size=2),
  st.booleans(),
  st.sampled_from([1, 2]),
  st.sampled_from([None, lambda params: params['w']]),
)
def test_it_is_a_loop_over_layers_and_the_xs_of_each(
  params, carry, xs, reverse, unroll, setup
):
  _, run = layer_scan(init, apply, LENGTH, unroll, reverse, setup)
  got = run(params, carry, None, *xs)
  ys = [None] * LENGTH
  order = range(LENGTH)
  for i in reversed(order) if reverse else order:
    one, own = jax.tree.map(lambda leaf, i=i: leaf[i], (params, xs))
    carry, ys[i] = apply(one, None, carry, None, *own)
  np.testing.assert_array_equal(got[0], carry)
  np.testing.assert_array_equal(got[1], jnp.stack(ys))


@given(st.integers(0, 5).filter(lambda size: size != LENGTH))
def test_parameters_of_another_number_of_layers_are_refused(size):
  _, run = layer_scan(init, apply, LENGTH)
  params = {'w': jnp.ones((LENGTH, 2)), 'b': jnp.ones((size, 2))}
  message = f'layer_scan: params: expected 3 layers in front, got shape .{size}'
  with pytest.raises(ValueError, match=message):
    run(params, jnp.ones(2))


@pytest.mark.parametrize('x', [jnp.ones((2, 2)), jnp.ones(())])
def test_xs_of_another_number_of_layers_are_refused(x):
  _, run = layer_scan(init, apply, LENGTH)
  params = {'w': jnp.ones((LENGTH, 2)), 'b': jnp.ones((LENGTH, 2))}
  with pytest.raises(ValueError, match='layer_scan: xs: expected 3 layers'):
    run(params, jnp.ones(2), None, jnp.ones((LENGTH, 2)), x)
