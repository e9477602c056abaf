"""Attention of one head, with `lift.vmap` over the positions."""

from flax.core import Scope, lift

from core_rnn.networks.attention.attention import Attention
from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.padding import zero_after_end
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.attention.raw_attention import raw_attention_layer
from core_rnn.scope.dense.dense import dense_layer


def attention_layer(n: Attention) -> Function:
  """Return a layer: scope, inputs_q, inputs_kv -> y [queries, ...]."""
  raw = raw_attention_layer(n.inner(RawAttention))

  def layer(scope: Scope, inputs_q, inputs_kv, key_lengths=None):
    qkv, out = n.projections(inputs_q.shape[-1])
    inputs_kv = zero_after_end(inputs_kv, key_lengths)

    def dense(name, layer, x, *inits):
      vmap = lift.vmap(
        dense_layer(layer, n.kernel_init, *inits),
        variable_axes={'params': None},
        split_rngs={'params': False},
      )
      return scope.child(vmap, name)(x)

    query = dense('query', qkv, inputs_q)
    key = dense('key', qkv, inputs_kv)
    value = dense('value', qkv, inputs_kv)
    y = scope.child(raw, 'raw')(query, key, value, key_lengths)
    return dense('out', out, y, n.bias_init)

  return layer


@as_scope(Attention)
def attention(n: Attention) -> Function:
  return attention_layer(n)
