"""Attention of many heads, with `nn.vmap` over heads and batches."""

from flax import linen as nn

from core_rnn.networks.attention.multi_head_attention import (
  MultiHeadAttention,
)
from linen_rnn.as_linen import as_linen
from linen_rnn.attention.attention import AttentionLayer


class Heads(nn.Module):
  """The network: inputs_q, inputs_kv -> y [..., out_features]."""

  n: MultiHeadAttention

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, key_lengths=None):
    """Return y [..., out_features], with the batch axes of inputs_q."""
    heads = Heads.of_example
    for place, axis in enumerate(self.n.sorted_batch_axes):
      heads = nn.vmap(
        heads,
        variable_axes={'params': None},
        split_rngs={'params': False, 'dropout': False},
        in_axes=(axis, axis, place),
        out_axes=axis,
      )
    return heads(self, inputs_q, inputs_kv, key_lengths)

  def of_example(self, q, kv, length):
    """Return the mean of the heads for one example: [queries, ...]."""
    n = self.n
    vmap = nn.vmap(
      AttentionLayer,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not n.broadcast_dropout},
      in_axes=None,
      axis_size=n.num_heads,
    )
    head = vmap(n.head(q.shape[-1]), name='attention')
    return head(q, kv, length).mean(0)


@as_linen(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> nn.Module:
  return Heads(n)
