"""Attention without parameters, as a function of arrays."""

from functools import partial

from jax import numpy as jnp
from jax.nn import softmax

from core_rnn.keys import Draw, derive
from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.padding import valid_steps, zero_after_end
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.chance.dropout import dropout_apply


def raw_attention_apply(
  n: RawAttention, draw: Draw, query, key, value, key_lengths=None
):
  """Return y [queries, features], with a mask of draw 1."""
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
  if not n.deterministic:
    rng = draw('dropout', 1)
    weights = dropout_apply(n.inner(Dropout), rng, weights)
  return weights @ value


@as_pure(RawAttention)
def raw_attention(n: RawAttention) -> Functions:
  def init(rngs, query, key, value, key_lengths=None):
    del rngs, query, key, value, key_lengths  # there are no variables
    return {}

  def apply(variables, query, key, value, rngs, key_lengths=None):
    del variables
    draw = partial(derive, rngs.get('dropout'))
    return raw_attention_apply(n, draw, query, key, value, key_lengths)

  return init, apply
