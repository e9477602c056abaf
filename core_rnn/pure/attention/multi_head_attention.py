"""Attention of many heads, with `jax.vmap` over heads and batches."""

from functools import partial

import jax
import numpy as np

from core_rnn.keys import derive
from core_rnn.networks.attention.multi_head_attention import (
  MultiHeadAttention,
)
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.attention.attention import (
  attention_apply,
  attention_init,
)


def heads_init(n: MultiHeadAttention, key, q, kv):
  """Return the parameters [num_heads, ...] for shapes q and kv."""

  def head(key):
    draw = partial(derive, key, 'attention')
    return attention_init(draw, n.head(q[-1]), q, kv)

  keys = jax.random.split(jax.random.clone(key), n.num_heads)
  return jax.vmap(head)(keys)


def heads_apply(n: MultiHeadAttention, params, key, *xs):
  """Return the mean of the heads, for one example: [queries, ...]."""

  def head(params, key, q, kv, length):
    one = n.head(q.shape[-1])
    draw = partial(derive, key, 'attention', 'raw')
    return attention_apply(one, params, draw, q, kv, length)

  axis = None if n.deterministic or n.broadcast_dropout else 0
  if axis == 0:
    key = jax.random.split(jax.random.clone(key), n.num_heads)
  vmap = jax.vmap(head, (0, axis, None, None, None))
  return vmap(params, key, *xs).mean(0)


@as_pure(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> Functions:
  def init(rngs, inputs_q, inputs_kv, key_lengths=None):
    one = lambda x: np.delete(x.shape, n.sorted_batch_axes).tolist()
    key, q, kv = rngs['params'], one(inputs_q), one(inputs_kv)
    return {'params': {'attention': heads_init(n, key, q, kv)}}

  def apply(variables, inputs_q, inputs_kv, rngs, key_lengths=None):
    params, key = variables['params']['attention'], rngs.get('dropout')
    heads = partial(heads_apply, n, params, key)
    for place, axis in enumerate(n.sorted_batch_axes):
      heads = jax.vmap(heads, (axis, axis, place), axis)
    return heads(inputs_q, inputs_kv, key_lengths)

  return init, apply
