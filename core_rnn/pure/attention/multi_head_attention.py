"""Attention of many heads, as functions of parameters."""

from functools import partial

import jax

from core_rnn.keys import derive
from core_rnn.networks.attention import MultiHeadAttention
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.attention.attention import attention_apply, attention_init


@as_pure(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> Functions:
  def init(rngs, inputs_q, inputs_kv, key_lengths=None):
    q, kv = (
      [size for axis, size in enumerate(x.shape) if axis not in n.by_axis]
      for x in (inputs_q, inputs_kv)
    )

    def head(key):
      draw = partial(derive, key, 'attention')
      return attention_init(draw, n.head(q[-1]), q, kv)

    keys = jax.random.split(jax.random.clone(rngs['params']), n.num_heads)
    return {'params': {'attention': jax.vmap(head)(keys)}}

  def apply(variables, inputs_q, inputs_kv, rngs, key_lengths=None):
    def head(params, key, q, *kv_and_length):
      draw = None
      if not n.deterministic:
        draw = partial(derive, key, 'attention', 'raw')
      one = n.head(q.shape[-1])
      return attention_apply(one, params, draw, q, *kv_and_length)

    def heads(*xs):
      keys, axis = rngs.get('dropout'), None
      if not (n.deterministic or n.broadcast_dropout):
        keys, axis = jax.random.split(jax.random.clone(keys), n.num_heads), 0
      vmap = jax.vmap(head, (0, axis, None, None, None))
      return vmap(variables['params']['attention'], keys, *xs).mean(0)

    for place, axis in enumerate(n.by_axis):
      heads = jax.vmap(heads, (axis, axis, place), axis)
    return heads(inputs_q, inputs_kv, key_lengths)

  return init, apply
