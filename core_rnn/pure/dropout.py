"""Dropout: y = x / (1 - rate) where a coin shows heads, and 0 elsewhere."""

from functools import partial

from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.types import PRNGKey


def dropout_apply(
  key: PRNGKey, x: Float[Array, '...'], rate: float
) -> Float[Array, '...']:
  """y_i = m_i x_i / (1 - rate): x [...] -> y [...]."""
  keep = random.bernoulli(key, 1 - rate, x.shape)
  return lax.select(keep, x / (1 - rate), jnp.zeros_like(x))


@as_model(streams=('dropout',), x='features')
def dropout(rate: float = 0.5, deterministic: bool = False) -> Functions:
  """y_i = m_i x_i / (1 - rate), m_i = 1 with probability 1 - rate, else 0.

  x [features] -> y [features]; y = x where it is deterministic. The coins come
  from the stream `dropout`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Srivastava et al. (2014), Dropout, as Flax's `nn.Dropout` has it.
  """

  def init(rngs, x):
    del rngs, x  # it has no variables
    return {}

  def apply(variables, x, rngs):
    del variables
    if deterministic:
      return x
    draw = partial(derive, rngs['dropout'])
    return dropout_apply(draw(1), x, rate)

  return init, apply
