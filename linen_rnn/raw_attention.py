"""Attention without parameters: y = m softmax(q k^T) v, over the keys."""

import jax
from flax import linen as nn

from core_rnn.types import Keys, Queries
from linen_rnn.as_model import as_model
from linen_rnn.dropout import Dropout


class RawAttention(nn.Module):
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""

  rate: float
  deterministic: bool

  @nn.compact
  def __call__(self, query: Queries, key: Keys, value: Keys) -> Queries:
    """Query [queries, features], key, value [keys, features] -> as query."""
    weights = jax.nn.softmax(query @ key.T)
    dropout = Dropout(self.rate, self.deterministic, name='dropout')
    return dropout(weights) @ value


@as_model(
  streams=('dropout',),
  query='queries features',
  key='keys features',
  value='keys features',
)
def raw_attention(rate: float = 0.1, deterministic: bool = False) -> nn.Module:
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij a dropout of each weight.

  query [queries, features], key and value [keys, features] -> y [queries,
  features]. Nothing is divided by features^(1/2). The mask is of the stream
  `dropout`; m = 1 where it is deterministic.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RawDotProductAttention`.
  """
  return RawAttention(rate, deterministic)
