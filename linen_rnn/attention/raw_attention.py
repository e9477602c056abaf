"""Attention without parameters, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.padding import valid_steps, zero_after_end
from linen_rnn.as_linen import as_linen
from linen_rnn.chance.dropout import DropoutLayer


class RawAttentionLayer(nn.Module):
  """The layer: query, key, value -> y [queries, features]."""

  n: RawAttention

  @nn.compact
  def __call__(self, query, key, value, key_lengths=None):
    """Return y [queries, features]."""
    n, dtype = self.n, query.dtype
    wide = jnp.float32 if jnp.finfo(dtype).bits < 32 else dtype
    dropout = DropoutLayer(n.inner(Dropout), name='dropout')
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
    weights = nn.softmax(score).astype(dtype)
    return dropout(weights) @ value


@as_linen(RawAttention)
def raw_attention(n: RawAttention) -> nn.Module:
  return RawAttentionLayer(n)
