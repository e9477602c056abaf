"""Attention of many heads: one head, vmapped over heads and over batches."""

from collections.abc import Sequence
from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.attention import attention_apply, attention_init
from core_rnn.types import DType, Initializer


@as_model(
  streams=('dropout',),
  inputs_q='*batch_axes queries inputs',
  inputs_kv='*batch_axes keys sources',
  divisors={'num_heads': ('qkv_features', 'inputs')},
)
def multi_head_attention(
  qkv_features: int | None = None,
  out_features: int | None = None,
  num_heads: int = 1,
  rate: float = 0.1,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  batch_axes: Sequence[int] = (0,),
  broadcast_dropout: bool = False,
  deterministic: bool = False,
) -> Functions:
  """y_b = mean over h of attention_h(inputs_q_b, inputs_kv_b), for every b.

  inputs_q [batch, queries, inputs], inputs_kv [batch, keys, sources], or with
  batch_axes elsewhere -> y [batch, queries, out_features]. A head has
  qkv_features // num_heads, and a mask of its own, or where broadcast_dropout
  is set the same as all; every example has the masks of the others.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MultiHeadDotProductAttention`; its mean is
  over features, as its heads come last, and it mistakes a second batch axis.
  """

  def init(rngs, inputs_q, inputs_kv):
    axes = {axis % inputs_q.ndim for axis in batch_axes}
    q, kv = (
      [size for axis, size in enumerate(x.shape) if axis not in axes]
      for x in (inputs_q, inputs_kv)
    )
    sizes = (q, kv, (qkv_features or q[-1]) // num_heads, out_features)
    inits = (kernel_init, bias_init, param_dtype)

    def head(key):
      return attention_init(partial(derive, key, 'attention'), *sizes, *inits)

    keys = jax.random.split(jax.random.clone(rngs['params']), num_heads)
    return {'params': {'attention': jax.vmap(head)(keys)}}

  def apply(variables, inputs_q, inputs_kv, rngs):
    def head(params, key, q, kv):
      draw = None if deterministic else partial(derive, key, 'attention', 'raw')
      return attention_apply(params, draw, q, kv, rate, dtype)

    def heads(q, kv):
      keys, axis = rngs.get('dropout'), None
      if not (deterministic or broadcast_dropout):
        keys, axis = jax.random.split(jax.random.clone(keys), num_heads), 0
      vmap = jax.vmap(head, (0, axis, None, None))
      return vmap(variables['params']['attention'], keys, q, kv).mean(0)

    # from the first batch axis on, so that the last is the outermost
    for axis in sorted(axis % (len(batch_axes) + 2) for axis in batch_axes):
      heads = jax.vmap(heads, axis, axis)
    return heads(inputs_q, inputs_kv)

  return init, apply
