"""Attention of one head, as a function on a scope."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.equations.padding import known
from core_rnn.networks.attention import Attention
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.attention.raw_attention import raw_attention_layer
from core_rnn.scope.dense.dense import dense_layer


def attention_layer(
  n: Attention, scope: Scope, inputs_q, inputs_kv, key_lengths=None
):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""
  layers = n.layers(inputs_q.shape[-1])
  inputs_kv = known(inputs_kv, key_lengths)

  def dense(name, x):
    vmap = lift.vmap(
      partial(dense_layer, layers[name]),
      variable_axes={'params': None},
      split_rngs={'params': False},
    )
    return scope.child(vmap, name)(x)

  query, key = dense('query', inputs_q), dense('key', inputs_kv)
  value = dense('value', inputs_kv)
  raw_attention = scope.child(partial(raw_attention_layer, n.raw), 'raw')
  return dense('out', raw_attention(query, key, value, key_lengths))


@as_scope(Attention)
def attention(n: Attention) -> Function:
  return partial(attention_layer, n)
