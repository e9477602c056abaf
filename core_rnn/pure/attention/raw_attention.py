"""Attention without parameters, as functions of parameters."""

from functools import partial

from core_rnn.equations.padding import known
from core_rnn.keys import Draw, derive
from core_rnn.networks.attention import RawAttention
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.types import Keys, Queries


def raw_attention_apply(
  draw: Draw | None,
  n: RawAttention,
  query: Queries,
  key: Keys,
  value: Keys,
  key_lengths=None,
) -> Queries:
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""
  key, value = known(key, key_lengths), known(value, key_lengths)
  weights = n.weights(query, key, key_lengths)
  if draw is not None:
    weights = n.dropout.dropped(draw('dropout', 1), weights)
  return weights @ value


@as_pure(RawAttention)
def raw_attention(n: RawAttention) -> Functions:
  def init(rngs, query, key, value, key_lengths=None):
    del rngs, query, key, value, key_lengths  # it has no variables
    return {}

  def apply(variables, query, key, value, rngs, key_lengths=None):
    del variables
    draw = None if n.deterministic else partial(derive, rngs['dropout'])
    return raw_attention_apply(draw, n, query, key, value, key_lengths)

  return init, apply
