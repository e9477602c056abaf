"""The loss is what NumPy says it is, and does not see padding."""

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from core_rnn.language_model.objective import BITS, surprise

LOGITS = np.random.default_rng(0).normal(size=(2, 3, 4))
TARGETS = np.array([[0, 3, 1], [2, 2, 0]], np.int32)
LENGTHS = np.array([3, 1], np.int32)


def arrays(dtype=jnp.float32, logits=LOGITS):
  return jnp.asarray(logits, dtype), jnp.asarray(TARGETS), jnp.asarray(LENGTHS)


def test_it_is_the_sum_of_what_numpy_computes_and_the_count():
  total = 0
  for logits, targets, length in zip(LOGITS, TARGETS, LENGTHS, strict=True):
    for t in range(length):
      shares = np.exp(logits[t]) / np.exp(logits[t]).sum()
      total -= np.log(shares[targets[t]])
  nats, count = surprise(*arrays())
  np.testing.assert_allclose(nats, total, rtol=1e-6)
  assert count == 4


@pytest.mark.parametrize('dtype', [jnp.bfloat16, jnp.float16])
def test_it_is_in_float32_of_logits_in_half_precision(dtype):
  nats, _ = surprise(*arrays(dtype))
  rounded = np.asarray(jnp.asarray(LOGITS, dtype), np.float32)
  assert nats.dtype == jnp.float32
  np.testing.assert_allclose(nats, surprise(*arrays(logits=rounded))[0])


def test_what_is_no_number_at_padding_is_in_neither_loss_nor_derivative():
  padded = LOGITS.copy()
  padded[1, 1:] = np.nan
  expected, slope = jax.value_and_grad(lambda x: surprise(x, *arrays()[1:])[0])(
    arrays()[0]
  )
  got, got_slope = jax.value_and_grad(lambda x: surprise(x, *arrays()[1:])[0])(
    arrays(logits=padded)[0]
  )
  assert got == expected
  np.testing.assert_array_equal(got_slope[0], slope[0])
  assert not np.asarray(slope[1, 1:]).any()


def test_one_of_two_is_one_bit():
  nats, _ = surprise(
    jnp.zeros((1, 1, 2)), jnp.zeros((1, 1), int), jnp.ones(1, int)
  )
  np.testing.assert_allclose(nats * BITS, 1, rtol=1e-6)
