"""Attention of many heads, as a module."""

from flax import linen as nn

from core_rnn.networks.attention import MultiHeadAttention
from linen_rnn.as_linen import as_linen
from linen_rnn.attention.attention import AttentionLayer


class Heads(nn.Module):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""

  n: MultiHeadAttention

  @nn.compact
  def __call__(self, q, kv):
    """The mean of the heads: of q [queries, inputs], kv [keys, sources]."""
    vmap = nn.vmap(
      AttentionLayer,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not self.n.broadcast_dropout},
      in_axes=None,
      axis_size=self.n.num_heads,
    )
    return vmap(self.n.head(q.shape[-1]), name='attention')(q, kv).mean(0)


@as_linen(MultiHeadAttention)
def multi_head_attention(n: MultiHeadAttention) -> nn.Module:
  module = Heads
  for axis in n.by_axis:
    module = nn.vmap(
      module,
      variable_axes={'params': None},
      split_rngs={'params': False, 'dropout': False},
      in_axes=axis,
      out_axes=axis,
    )
  return module(n)
