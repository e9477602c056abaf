"""A counter, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.state.counter import Counter
from linen_rnn.as_linen import as_linen


class Count(nn.Module):
  """A counter of its own calls: count -> count + 1."""

  @nn.compact
  def __call__(self):
    """Return the new count: []."""
    initialised = self.has_variable('counter', 'count')
    state = self.variable('counter', 'count', jnp.zeros, (), jnp.int32)
    if not initialised:
      return state.value
    count = state.value + 1
    if self.is_mutable_collection('counter'):
      state.value = count
    return count


@as_linen(Counter)
def counter(_: Counter) -> nn.Module:
  return Count()
