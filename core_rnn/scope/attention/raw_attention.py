"""Attention without parameters, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.equations.padding import known
from core_rnn.networks.attention import RawAttention
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer
from core_rnn.types import Keys, Queries


def raw_attention_layer(
  n: RawAttention,
  scope: Scope,
  query: Queries,
  key: Keys,
  value: Keys,
  key_lengths=None,
) -> Queries:
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""
  key, value = known(key, key_lengths), known(value, key_lengths)
  weights = n.weights(query, key, key_lengths)
  dropout = scope.child(partial(dropout_layer, n.dropout), 'dropout')
  return dropout(weights) @ value


@as_scope(RawAttention)
def raw_attention(n: RawAttention) -> Function:
  return partial(raw_attention_layer, n)
