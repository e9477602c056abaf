"""Attention of one head: projections q, k, v, what comes of them, one more."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dense import dense_apply, dense_init
from core_rnn.pure.raw_attention import raw_attention_apply
from core_rnn.types import DType, Initializer


def attention_init(
  draw, q, kv, qkv_features, out_features, kernel_init, bias_init, param_dtype
):
  """W_q, W_k, W_v, W_o, b_o for shapes q [queries, inputs], kv [keys, ...]."""

  def dense(name, positions, inputs, features, bias_init=None):
    inits = (kernel_init, bias_init, param_dtype)
    one = lambda: dense_init(partial(draw, name), inputs, features, *inits)
    # once for all positions; as lift.vmap traces it, for their number counts
    return jax.vmap(one, out_axes=None, axis_size=positions)()

  (queries, inputs), qkv = q, qkv_features or q[-1]
  return {
    'query': dense('query', queries, inputs, qkv),
    'key': dense('key', *kv, qkv),
    'value': dense('value', *kv, qkv),
    'out': dense('out', queries, qkv, out_features or inputs, bias_init),
  }


def attention_apply(params, draw, inputs_q, inputs_kv, rate, dtype):
  """inputs_q [queries, inputs], inputs_kv [keys, sources] -> [queries, out]."""

  def dense(name, x):
    return jax.vmap(partial(dense_apply, params[name], dtype=dtype))(x)

  query, key = dense('query', inputs_q), dense('key', inputs_kv)
  value = dense('value', inputs_kv)
  return dense('out', raw_attention_apply(draw, query, key, value, rate))


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
) -> Functions:
  """y = raw_attention(inputs_q W_q, inputs_kv W_k, inputs_kv W_v) W_o + b_o.

  inputs_q [queries, inputs], inputs_kv [keys, sources] -> y [queries,
  out_features]. Either number of features is that of inputs_q where None.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `DotProductAttention`.
  """

  def init(rngs, inputs_q, inputs_kv):
    draw = partial(derive, rngs['params'])
    sizes = inputs_q.shape, inputs_kv.shape, qkv_features, out_features
    inits = (kernel_init, bias_init, param_dtype)
    return {'params': attention_init(draw, *sizes, *inits)}

  def apply(variables, inputs_q, inputs_kv, rngs):
    draw = None if deterministic else partial(derive, rngs['dropout'], 'raw')
    xs = (inputs_q, inputs_kv)
    return attention_apply(variables['params'], draw, *xs, rate, dtype)

  return init, apply
