"""A counter: how often it was applied, in a collection of its own."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.scope.as_model import Function, as_model


@as_model()
def counter() -> Function:
  """count -> count + 1, both of shape []: an int32, which `init` leaves at 0.

  Where the collection `counter` is not mutable, the count is returned, and
  forgotten.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Counter`.
  """

  def count_up(scope: Scope):
    initialised = scope.has_variable('counter', 'count')
    state = scope.variable('counter', 'count', jnp.zeros, (), jnp.int32)
    if not initialised:
      return state.value
    count = state.value + 1
    if scope.is_mutable_collection('counter'):
      state.value = count
    return count

  return count_up
