"""Attention without parameters, as a function on a scope."""

from flax.core import Scope
from jax import numpy as jnp
from jax.nn import softmax

from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.padding import valid_steps, zero_after_end
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.chance.dropout import dropout_layer


def raw_attention_layer(n: RawAttention) -> Function:
  """Return a layer: scope, query, key, value -> y [queries, ...]."""
  dropout = dropout_layer(n.inner(Dropout))

  def layer(scope: Scope, query, key, value, key_lengths=None):
    dtype = query.dtype
    wide = jnp.float32 if jnp.finfo(dtype).bits < 32 else dtype
    key = zero_after_end(key, key_lengths)
    value = zero_after_end(value, key_lengths)
    score = jnp.matmul(query, key.T, preferred_element_type=wide)
    if n.scaled:
      score = score / query.shape[-1] ** 0.5
    if key_lengths is not None:  # softmax needs at least one key
      seen = valid_steps(key, jnp.maximum(key_lengths, 1))[None]
      score = jnp.where(seen, score, -jnp.inf)
    if n.causal:
      queries, keys = score.shape
      seen = jnp.tri(queries, keys, dtype=bool)
      score = jnp.where(seen, score, -jnp.inf)
    weights = softmax(score).astype(dtype)
    weights = scope.child(dropout, 'dropout')(weights)
    return weights @ value

  return layer


@as_scope(RawAttention)
def raw_attention(n: RawAttention) -> Function:
  return raw_attention_layer(n)
