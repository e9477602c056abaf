"""Attention of one head, as functions of parameters."""

from functools import partial

import jax

from core_rnn.equations.padding import known
from core_rnn.keys import Draw, derive
from core_rnn.networks.attention import Attention
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.attention.raw_attention import raw_attention_apply
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.types import Variables


def attention_init(draw: Draw, n: Attention, q, kv) -> Variables:
  """W_q, W_k, W_v, W_o, b_o for shapes q [queries, inputs], kv [keys, ...]."""
  layers = n.layers(q[-1])
  back = (q[0], layers['query'].features)
  shapes = {'query': q, 'key': kv, 'value': kv, 'out': back}

  def dense(name):
    positions, inputs = shapes[name]
    one = lambda: dense_init(partial(draw, name), layers[name], inputs)
    # once for all positions; as lift.vmap traces it, for their number counts
    return jax.vmap(one, out_axes=None, axis_size=positions)()

  return {name: dense(name) for name in layers}


def attention_apply(n: Attention, params: Variables, draw, q, kv, length):
  """q [queries, inputs], kv [keys, sources] -> y [queries, out_features]."""
  layers = n.layers(q.shape[-1])
  kv = known(kv, length)

  def dense(name, x):
    return jax.vmap(partial(dense_apply, layers[name], params[name]))(x)

  xs = dense('query', q), dense('key', kv), dense('value', kv), length
  return dense('out', raw_attention_apply(draw, n.raw, *xs))


@as_pure(Attention)
def attention(n: Attention) -> Functions:
  def init(rngs, inputs_q, inputs_kv, key_lengths=None):
    draw = partial(derive, rngs['params'])
    return {'params': attention_init(draw, n, inputs_q.shape, inputs_kv.shape)}

  def apply(variables, inputs_q, inputs_kv, rngs, key_lengths=None):
    draw = None if n.deterministic else partial(derive, rngs['dropout'], 'raw')
    xs = (inputs_q, inputs_kv, key_lengths)
    return attention_apply(n, variables['params'], draw, *xs)

  return init, apply
