"""A counter, as a function on a scope."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.networks.state.counter import Counter
from core_rnn.scope.as_scope import Function, as_scope


@as_scope(Counter)
def counter(_: Counter) -> Function:
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
