"""Attention without parameters: y = m softmax(q k^T) v, over the keys."""

import jax
from flax.core import Scope

from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dropout import dropout_layer
from core_rnn.types import Keys, Queries


def raw_attention_layer(
  scope: Scope,
  query: Queries,
  key: Keys,
  value: Keys,
  rate: float,
  deterministic: bool,
) -> Queries:
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""
  weights = jax.nn.softmax(query @ key.T)
  dropout = scope.child(dropout_layer, 'dropout')
  return dropout(weights, rate, deterministic) @ value


@as_model(
  streams=('dropout',),
  query='queries features',
  key='keys features',
  value='keys features',
)
def raw_attention(rate: float = 0.1, deterministic: bool = False) -> Function:
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij a dropout of each weight.

  query [queries, features], key and value [keys, features] -> y [queries,
  features]. Nothing is divided by features^(1/2). The mask is of the stream
  `dropout`; m = 1 where it is deterministic.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RawDotProductAttention`.
  """

  def layer(scope: Scope, query: Queries, key: Keys, value: Keys) -> Queries:
    return raw_attention_layer(scope, query, key, value, rate, deterministic)

  return layer
