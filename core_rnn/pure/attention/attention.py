"""Attention of one head, with explicit parameters."""

from functools import partial

import jax

from core_rnn.keys import Draw, derive
from core_rnn.networks.attention.attention import Attention
from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.padding import zero_after_end
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.attention.raw_attention import raw_attention_apply
from core_rnn.pure.dense.dense import dense_apply, dense_init


def attention_init(draw: Draw, n: Attention, q, kv):
  """Return the parameters for shapes q [queries, inputs], kv [...]."""
  qkv, out = n.projections(q[-1])

  def dense(name, layer, shape, *inits):
    init = partial(dense_init, partial(draw, name), layer, shape[-1])
    init = partial(init, n.kernel_init, *inits)
    # for all positions, under vmap as in lift.vmap
    return jax.vmap(init, out_axes=None, axis_size=shape[0])()

  return {
    'query': dense('query', qkv, q),
    'key': dense('key', qkv, kv),
    'value': dense('value', qkv, kv),
    'out': dense('out', out, (q[0], qkv.features), n.bias_init),
  }


def attention_apply(n: Attention, params, draw, q, kv, length):
  """Return y [queries, out_features] for q [queries, inputs], kv."""
  qkv, out = n.projections(q.shape[-1])
  kv = zero_after_end(kv, length)

  def dense(name, layer, x):
    return jax.vmap(partial(dense_apply, layer, params[name]))(x)

  query, key = dense('query', qkv, q), dense('key', qkv, kv)
  value = dense('value', qkv, kv)
  xs, raw = (query, key, value, length), n.inner(RawAttention)
  return dense('out', out, raw_attention_apply(raw, draw, *xs))


@as_pure(Attention)
def attention(n: Attention) -> Functions:
  def init(rngs, inputs_q, inputs_kv, key_lengths=None):
    draw = partial(derive, rngs['params'])
    q, kv = inputs_q.shape, inputs_kv.shape
    return {'params': attention_init(draw, n, q, kv)}

  def apply(variables, inputs_q, inputs_kv, rngs, key_lengths=None):
    draw = partial(derive, rngs.get('dropout'), 'raw')
    xs = inputs_q, inputs_kv, key_lengths
    return attention_apply(n, variables['params'], draw, *xs)

  return init, apply
