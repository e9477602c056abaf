"""Attention of one head, as a module."""

from flax import linen as nn

from core_rnn.equations.padding import known
from core_rnn.networks.attention import Attention
from linen_rnn.as_linen import as_linen
from linen_rnn.attention.raw_attention import RawAttentionLayer
from linen_rnn.dense.dense import DenseLayer


class AttentionLayer(nn.Module):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""

  n: Attention

  @nn.compact
  def __call__(self, inputs_q, inputs_kv, key_lengths=None):
    """inputs_q [queries, inputs], inputs_kv [keys, sources] -> as the class."""
    layers = self.n.layers(inputs_q.shape[-1])
    inputs_kv = known(inputs_kv, key_lengths)
    vmap = nn.vmap(
      DenseLayer, variable_axes={'params': None}, split_rngs={'params': False}
    )

    def dense(name, x):
      return vmap(layers[name], name=name)(x)

    query, key = dense('query', inputs_q), dense('key', inputs_kv)
    value = dense('value', inputs_kv)
    raw_attention = RawAttentionLayer(self.n.raw, name='raw')
    return dense('out', raw_attention(query, key, value, key_lengths))


@as_linen(Attention)
def attention(n: Attention) -> nn.Module:
  return AttentionLayer(n)
