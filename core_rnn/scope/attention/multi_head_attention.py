"""Attention of many heads, with `lift.vmap` over heads and batches."""

from flax.core import Scope, lift

from core_rnn.networks.attention.multi_head_attention import (
  MultiHeadAttention,
)
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.attention.attention import attention_layer


@as_scope(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> Function:
  def heads(scope: Scope, q, kv, length):
    head = lift.vmap(
      attention_layer(n.head(q.shape[-1])),
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not n.broadcast_dropout},
      in_axes=None,
      axis_size=n.num_heads,
    )
    return scope.child(head, 'attention')(q, kv, length).mean(0)

  for place, axis in enumerate(n.sorted_batch_axes):
    heads = lift.vmap(
      heads,
      variable_axes={'params': None},
      split_rngs={'params': False, 'dropout': False},
      in_axes=(axis, axis, place),
      out_axes=axis,
    )

  def network(scope: Scope, inputs_q, inputs_kv, key_lengths=None):
    return heads(scope, inputs_q, inputs_kv, key_lengths)

  return network
