"""Attention of many heads, as a module."""

from flax import linen as nn

from core_rnn.networks.attention import MultiHeadAttention
from linen_rnn.as_linen import as_linen
from linen_rnn.attention.attention import AttentionLayer


class Heads(nn.Module):
  """inputs_q [..., inputs], inputs_kv [..., sources] -> [..., out_features]."""

  n: MultiHeadAttention

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, key_lengths=None):
    """The mean of the heads, over the batch axes that n has."""
    heads = Heads.mean
    for place, axis in enumerate(self.n.by_axis):
      heads = nn.vmap(
        heads,
        variable_axes={'params': None},
        split_rngs={'params': False, 'dropout': False},
        in_axes=(axis, axis, place),
        out_axes=axis,
      )
    return heads(self, inputs_q, inputs_kv, key_lengths)

  def mean(self, q, *kv_and_length):
    """That of one example: of q [queries, inputs], kv [keys, sources]."""
    vmap = nn.vmap(
      AttentionLayer,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not self.n.broadcast_dropout},
      in_axes=None,
      axis_size=self.n.num_heads,
    )
    head = vmap(self.n.head(q.shape[-1]), name='attention')
    return head(q, *kv_and_length).mean(0)


@as_linen(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> nn.Module:
  return Heads(n)
