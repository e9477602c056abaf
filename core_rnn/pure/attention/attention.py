"""Attention of one head, as functions of parameters."""

from functools import partial

import jax

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


def attention_apply(n: Attention, params: Variables, draw, inputs_q, inputs_kv):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""
  layers = n.layers(inputs_q.shape[-1])

  def dense(name, x):
    return jax.vmap(partial(dense_apply, layers[name], params[name]))(x)

  query, key = dense('query', inputs_q), dense('key', inputs_kv)
  value = dense('value', inputs_kv)
  return dense('out', raw_attention_apply(draw, n.raw, query, key, value))


@as_pure(Attention)
def attention(n: Attention) -> Functions:
  def init(rngs, inputs_q, inputs_kv):
    draw = partial(derive, rngs['params'])
    return {'params': attention_init(draw, n, inputs_q.shape, inputs_kv.shape)}

  def apply(variables, inputs_q, inputs_kv, rngs):
    draw = None if n.deterministic else partial(derive, rngs['dropout'], 'raw')
    return attention_apply(n, variables['params'], draw, inputs_q, inputs_kv)

  return init, apply
