"""Attention without parameters, as a module."""

from flax import linen as nn

from core_rnn.equations.padding import known
from core_rnn.networks.attention import RawAttention
from core_rnn.types import Keys, Queries
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer


class RawAttentionLayer(nn.Module):
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""

  n: RawAttention

  @nn.compact
  def __call__(
    self, query: Queries, key: Keys, value: Keys, key_lengths=None
  ) -> Queries:
    """Query [queries, features], key, value [keys, features] -> as query."""
    key, value = known(key, key_lengths), known(value, key_lengths)
    weights = self.n.weights(query, key, key_lengths)
    return DropoutLayer(self.n.dropout, name='dropout')(weights) @ value


@as_linen(RawAttention)
def raw_attention(n: RawAttention) -> nn.Module:
  return RawAttentionLayer(n)
