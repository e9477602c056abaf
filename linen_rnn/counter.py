"""A counter: how often it was applied, in a collection of its own."""

from flax import linen as nn
from jax import numpy as jnp

from linen_rnn.as_model import as_model


class Counter(nn.Module):
  """count -> count + 1, both of shape []."""

  @nn.compact
  def __call__(self):
    """The count [], one more than it was."""
    initialised = self.has_variable('counter', 'count')
    state = self.variable('counter', 'count', jnp.zeros, (), jnp.int32)
    if not initialised:
      return state.value
    count = state.value + 1
    if self.is_mutable_collection('counter'):
      state.value = count
    return count


@as_model()
def counter() -> nn.Module:
  """count -> count + 1, both of shape []: an int32, which `init` leaves at 0.

  Where the collection `counter` is not mutable, the count is returned, and
  forgotten.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Counter`.
  """
  return Counter()
