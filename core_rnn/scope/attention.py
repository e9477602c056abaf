"""Attention of one head: projections q, k, v, what comes of them, one more."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dense import dense_layer
from core_rnn.scope.raw_attention import raw_attention_layer
from core_rnn.types import DType, Initializer


def attention_layer(
  scope: Scope,
  inputs_q,
  inputs_kv,
  qkv_features: int | None,
  out_features: int | None,
  rate: float,
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
  deterministic: bool,
):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""

  def dense(name, x, features, bias_init=None):
    inits = (kernel_init, bias_init, dtype, param_dtype)
    vmap = lift.vmap(
      lambda scope, x: dense_layer(scope, x, features, *inits),
      variable_axes={'params': None},
      split_rngs={'params': False},
    )
    return scope.child(vmap, name)(x)

  qkv = qkv_features or inputs_q.shape[-1]
  query, key = dense('query', inputs_q, qkv), dense('key', inputs_kv, qkv)
  value = dense('value', inputs_kv, qkv)
  raw_attention = scope.child(raw_attention_layer, 'raw')
  y = raw_attention(query, key, value, rate, deterministic)
  return dense('out', y, out_features or inputs_q.shape[-1], bias_init)


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
) -> Function:
  """y = raw_attention(inputs_q W_q, inputs_kv W_k, inputs_kv W_v) W_o + b_o.

  inputs_q [queries, inputs], inputs_kv [keys, sources] -> y [queries,
  out_features]. Either number of features is that of inputs_q where None.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `DotProductAttention`.
  """

  def layer(scope: Scope, inputs_q, inputs_kv):
    sizes = (qkv_features, out_features, rate)
    inits = (kernel_init, bias_init, dtype, param_dtype)
    return attention_layer(
      scope, inputs_q, inputs_kv, *sizes, *inits, deterministic
    )

  return layer
