"""Dropout, as a function on a scope."""

from functools import partial

from flax.core import Scope
from jaxtyping import Array, Float

from core_rnn.networks.chance import Dropout
from core_rnn.scope.as_scope import Function, as_scope


def dropout_layer(
  n: Dropout, scope: Scope, x: Float[Array, '...']
) -> Float[Array, '...']:
  """y_i = m_i x_i / (1 - rate): x [...] -> y [...]."""
  if n.deterministic:
    return x
  return n.dropped(scope.make_rng('dropout'), x)


@as_scope(Dropout)
def dropout(n: Dropout) -> Function:
  return partial(dropout_layer, n)
