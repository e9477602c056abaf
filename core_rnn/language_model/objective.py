"""What is made small: the surprise at the next character."""

import math

import optax
from jax import numpy as jnp
from jaxtyping import Array, Float, Int

BITS = 1 / math.log(2)  # of one nat


def surprise(
  logits: Float[Array, 'batch time vocab'],
  targets: Int[Array, 'batch time'],
  lengths: Int[Array, 'batch'],
) -> tuple[Float[Array, ''], Int[Array, '']]:
  """Sum of -log softmax(logits)[target] where t < length, and how many: [].

  In nats, and in float32 whatever dtype the logits have. What comes after a
  length is selected away, not multiplied by 0.
  """
  nats = optax.softmax_cross_entropy_with_integer_labels(
    logits.astype(jnp.float32), targets
  )
  valid = jnp.arange(targets.shape[1])[None] < lengths[:, None]
  return jnp.where(valid, nats, 0).sum(), valid.sum()
