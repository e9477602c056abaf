"""Attention of one head, with `nn.vmap` over the positions."""

from flax import linen as nn

from core_rnn.networks.attention.attention import Attention
from core_rnn.networks.attention.raw_attention import RawAttention
from core_rnn.padding import zero_after_end
from linen_rnn.as_linen import as_linen
from linen_rnn.attention.raw_attention import RawAttentionLayer
from linen_rnn.dense.dense import DenseLayer


class AttentionLayer(nn.Module):
  """The layer: inputs_q, inputs_kv -> y [queries, out_features]."""

  n: Attention

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, key_lengths=None):
    """Return y [queries, out_features]."""
    n, (qkv, out) = self.n, self.n.projections(inputs_q.shape[-1])
    raw = RawAttentionLayer(n.inner(RawAttention), name='raw')
    inputs_kv = zero_after_end(inputs_kv, key_lengths)

    def dense(name, layer, x, *inits):
      vmap = nn.vmap(
        DenseLayer,
        variable_axes={'params': None},
        split_rngs={'params': False},
      )
      return vmap(layer, n.kernel_init, *inits, name=name)(x)

    query = dense('query', qkv, inputs_q)
    key = dense('key', qkv, inputs_kv)
    value = dense('value', qkv, inputs_kv)
    y = raw(query, key, value, key_lengths)
    return dense('out', out, y, n.bias_init)


@as_linen(Attention)
def attention(n: Attention) -> nn.Module:
  return AttentionLayer(n)
