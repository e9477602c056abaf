"""Dropout, as a function on a scope."""

from flax.core import Scope
from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.networks.chance.dropout import Dropout
from core_rnn.scope.as_scope import Function, as_scope


def dropout_layer(n: Dropout) -> Function:
  """Return a layer: scope, x [...] -> y = m x / (1 - rate) [...].

  The layer returns x if n is deterministic.
  """

  def layer(
    scope: Scope, x: Float[Array, '...']
  ) -> Float[Array, '...']:
    if n.deterministic:
      return x
    key = scope.make_rng('dropout')
    keep = random.bernoulli(key, 1 - n.rate, x.shape)
    return lax.select(keep, x / (1 - n.rate), jnp.zeros_like(x))

  return layer


@as_scope(Dropout)
def dropout(n: Dropout) -> Function:
  return dropout_layer(n)
