"""Attention without parameters: y = m softmax(q k^T) v, over the keys."""

from collections.abc import Callable
from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dropout import dropout_apply
from core_rnn.types import Keys, PRNGKey, Queries


def raw_attention_apply(
  draw: Callable[..., PRNGKey] | None,
  query: Queries,
  key: Keys,
  value: Keys,
  rate: float,
) -> Queries:
  """y = m softmax(q k^T) v: of [queries, features], [keys, features]."""
  weights = jax.nn.softmax(query @ key.T)
  if draw is not None:
    weights = dropout_apply(draw('dropout', 1), weights, rate)
  return weights @ value


@as_model(
  streams=('dropout',),
  query='queries features',
  key='keys features',
  value='keys features',
)
def raw_attention(rate: float = 0.1, deterministic: bool = False) -> Functions:
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij a dropout of each weight.

  query [queries, features], key and value [keys, features] -> y [queries,
  features]. Nothing is divided by features^(1/2). The mask is of the stream
  `dropout`; m = 1 where it is deterministic.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RawDotProductAttention`.
  """

  def init(rngs, query, key, value):
    del rngs, query, key, value  # it has no variables
    return {}

  def apply(variables, query, key, value, rngs):
    del variables
    draw = None if deterministic else partial(derive, rngs['dropout'])
    return raw_attention_apply(draw, query, key, value, rate)

  return init, apply
