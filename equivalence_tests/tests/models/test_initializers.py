"""The initial values that all ways share."""

import jax
import pytest
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from equivalence_tests.suite.functions import (
  another_custom_w_init,
  custom_w_init,
)


def key():
  return jax.random.key(0)


@pytest.mark.parametrize('scale', [0.1, 2.0])
def test_uniform_draws_within_its_scale(scale):
  values = uniform(scale)(key(), (1000,), jnp.float32)
  assert jnp.all((values >= -scale) & (values < scale))
  assert values.min() < -0.9 * scale
  assert values.max() > 0.9 * scale


def test_uniform_of_one_scale_is_one_function():
  assert uniform() is uniform()
  assert uniform(0.1) is not uniform(0.2)


def test_zeros_takes_either_number_of_arguments():
  assert zeros(key(), (2,)).dtype == jnp.float32
  assert zeros(key(), (2,), jnp.bfloat16).dtype == jnp.bfloat16


@pytest.mark.parametrize(
  'init', [custom_w_init(), another_custom_w_init, uniform(), zeros]
)
def test_typed_gives_the_dtype_asked_for_whatever_the_style(init):
  for dtype in (jnp.float32, jnp.bfloat16):
    values = typed(init)(key(), (2, 3), dtype)
    assert values.dtype == dtype
    assert values.shape == (2, 3)
