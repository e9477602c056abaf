"""Dropout, with an explicit key."""

from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.keys import derive
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.types import PRNGKey


def dropout_apply(
  n: Dropout, key: PRNGKey, x: Float[Array, '...']
) -> Float[Array, '...']:
  """Return y = m x / (1 - rate), with a mask m of the key: [...].

  Call it only if n is not deterministic.
  """
  keep = random.bernoulli(key, 1 - n.rate, x.shape)
  return lax.select(keep, x / (1 - n.rate), jnp.zeros_like(x))


@as_pure(Dropout)
def dropout(n: Dropout) -> Functions:
  def init(rngs, x):
    del rngs, x  # dropout has no variables
    return {}

  def apply(variables, x, rngs):
    del variables
    if n.deterministic:
      return x
    return dropout_apply(n, derive(rngs['dropout'], 1), x)

  return init, apply
