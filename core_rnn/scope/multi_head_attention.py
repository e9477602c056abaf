"""Attention of many heads: one head, vmapped over heads and over batches."""

from collections.abc import Sequence

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.attention import attention_layer
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
) -> Function:
  """y_b = mean over h of attention_h(inputs_q_b, inputs_kv_b), for every b.

  inputs_q [batch, queries, inputs], inputs_kv [batch, keys, sources], or with
  batch_axes elsewhere -> y [batch, queries, out_features]. A head has
  qkv_features // num_heads, and a mask of its own, or where broadcast_dropout
  is set the same as all; every example has the masks of the others.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MultiHeadDotProductAttention`; its mean is
  over features, as its heads come last, and it mistakes a second batch axis.
  """

  def heads(scope: Scope, q, kv):
    sizes = ((qkv_features or q.shape[-1]) // num_heads, out_features, rate)
    inits = (kernel_init, bias_init, dtype, param_dtype)
    head = lift.vmap(
      lambda scope, q, kv: attention_layer(
        scope, q, kv, *sizes, *inits, deterministic
      ),
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': not broadcast_dropout},
      in_axes=None,
      axis_size=num_heads,
    )
    return scope.child(head, 'attention')(q, kv).mean(0)

  # from the first batch axis on, so that the last is the outermost
  for axis in sorted(axis % (len(batch_axes) + 2) for axis in batch_axes):
    heads = lift.vmap(
      heads,
      variable_axes={'params': None},
      split_rngs={'params': False, 'dropout': False},
      in_axes=axis,
      out_axes=axis,
    )
  return heads
