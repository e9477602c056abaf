"""Attention of one head: projections q, k, v, what comes of them, one more."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dense import Dense
from linen_rnn.raw_attention import RawAttention


class Attention(nn.Module):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""

  qkv_features: int | None
  out_features: int | None
  rate: float
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType
  deterministic: bool

  @nn.compact
  def __call__(self, inputs_q, inputs_kv):
    """inputs_q [queries, inputs], inputs_kv [keys, sources] -> as the class."""
    vmap = nn.vmap(
      Dense, variable_axes={'params': None}, split_rngs={'params': False}
    )

    def dense(name, x, features, bias_init=None):
      inits = (self.kernel_init, bias_init, self.dtype, self.param_dtype)
      return vmap(features, *inits, name=name)(x)

    qkv = self.qkv_features or inputs_q.shape[-1]
    query, key = dense('query', inputs_q, qkv), dense('key', inputs_kv, qkv)
    value = dense('value', inputs_kv, qkv)
    raw_attention = RawAttention(self.rate, self.deterministic, name='raw')
    y = raw_attention(query, key, value)
    return dense(
      'out', y, self.out_features or inputs_q.shape[-1], self.bias_init
    )


@as_model(
  streams=('dropout',), inputs_q='queries inputs', inputs_kv='keys sources'
)
def attention(
  qkv_features: int | None = None,
  out_features: int | None = None,
  rate: float = 0.1,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
) -> nn.Module:
  """y = raw_attention(inputs_q W_q, inputs_kv W_k, inputs_kv W_v) W_o + b_o.

  inputs_q [queries, inputs], inputs_kv [keys, sources] -> y [queries,
  out_features]. Either number of features is that of inputs_q where None.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `DotProductAttention`.
  """
  sizes = (qkv_features, out_features, rate)
  inits = (kernel_init, bias_init, dtype, param_dtype)
  return Attention(*sizes, *inits, deterministic)
