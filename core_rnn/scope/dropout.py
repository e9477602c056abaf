"""Dropout: y = x / (1 - rate) where a coin shows heads, and 0 elsewhere."""

from flax.core import Scope
from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.scope.as_model import Function, as_model
from core_rnn.types import Features


def dropout_layer(
  scope: Scope, x: Float[Array, '...'], rate: float, deterministic: bool
) -> Float[Array, '...']:
  """y_i = m_i x_i / (1 - rate): x [...] -> y [...]."""
  if deterministic:
    return x
  keep = random.bernoulli(scope.make_rng('dropout'), 1 - rate, x.shape)
  return lax.select(keep, x / (1 - rate), jnp.zeros_like(x))


@as_model(streams=('dropout',), x='features')
def dropout(rate: float = 0.5, deterministic: bool = False) -> Function:
  """y_i = m_i x_i / (1 - rate), m_i = 1 with probability 1 - rate, else 0.

  x [features] -> y [features]; y = x where it is deterministic. The coins come
  from the stream `dropout`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Srivastava et al. (2014), Dropout, as Flax's `nn.Dropout` has it.
  """

  def layer(scope: Scope, x: Features) -> Features:
    return dropout_layer(scope, x, rate, deterministic)

  return layer
