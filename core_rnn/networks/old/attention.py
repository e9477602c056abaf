"""Attention: of one head or of many, with dropout of its weights."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property

import jax
from jax import numpy as jnp

from core_rnn.equations.padding import valid_steps
from core_rnn.initializers import uniform, zeros
from core_rnn.networks.old.chance import Dropout
from core_rnn.networks.old.dense import Dense, Product
from core_rnn.kinds import Axes, Initializer, Rate, Size
from core_rnn.networks.network import Network
from core_rnn.networks.old.typed import Typed


@dataclass(frozen=True)
class RawAttention(Network):
  """y_i = sum_j m_ij softmax_j(q_i . k_j) v_j, m_ij a dropout of each weight.

  query [queries, features], key and value [keys, features] -> y [queries,
  features]. Where it is scaled, q_i . k_j is divided by features^(1/2); where
  causal, i attends to j <= i alone. The products and the softmax are computed
  in 32 bits at the least: in float16 they overflow at 65504. The mask m is of
  the stream `dropout`; m = 1 where it is deterministic. What follows the first
  key_lengths [] keys is padding: it is never seen, and y = 0 if all is.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `RawDotProductAttention`; Vaswani et al.
  (2017), Attention Is All You Need, equation 1.
  """

  arguments = {
    'query': 'queries features',
    'key': 'keys features',
    'value': 'keys features',
  }
  optional = {'key_lengths': ''}
  counts = {'key_lengths': 'keys'}
  streams = ('dropout',)

  rate: Rate = 0.1
  deterministic: bool = False
  _: KW_ONLY
  scaled: bool = False
  causal: bool = False

  @cached_property
  def dropout(self) -> Dropout:
    """Of the weights, [queries, keys]."""
    return Dropout(self.rate, self.deterministic)

  def weights(self, query, key, length=None):
    """softmax_j(q_i . k_j), j < length: [queries, features], [keys, ...]."""
    narrow = jnp.finfo(query.dtype).bits < 32
    wide = jnp.float32 if narrow else query.dtype
    score = jnp.matmul(query, key.T, preferred_element_type=wide)
    if self.scaled:
      score = score / query.shape[-1] ** 0.5
    if (
      length is not None
    ):  # no keys have no softmax: the first, of value 0
      seen = valid_steps(key, jnp.maximum(length, 1))[None]
      score = jnp.where(seen, score, -jnp.inf)
    if self.causal:
      score = jnp.where(
        jnp.tri(*score.shape, dtype=bool), score, -jnp.inf
      )
    return jax.nn.softmax(score).astype(query.dtype)


@dataclass(frozen=True)
class Attention(Typed):
  """y = raw_attention(inputs_q W_q, inputs_kv W_k, inputs_kv W_v) W_o + b_o.

  inputs_q [queries, inputs], inputs_kv [keys, sources] -> y [queries,
  out_features]. Either number of features is that of inputs_q where None. What
  follows the first key_lengths [] of the keys is padding, as in raw_attention.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `DotProductAttention`.
  """

  arguments = {
    'inputs_q': 'queries inputs',
    'inputs_kv': 'keys sources',
  }
  optional = RawAttention.optional
  counts = RawAttention.counts
  streams = ('dropout',)

  qkv_features: Size | None = None
  out_features: Size | None = None
  _: KW_ONLY
  rate: Rate = 0.1
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros
  deterministic: bool = False
  scaled: bool = False
  causal: bool = False

  @cached_property
  def raw(self) -> RawAttention:
    """What it does between its projections, [queries, features]."""
    how = {'scaled': self.scaled, 'causal': self.causal}
    return RawAttention(self.rate, self.deterministic, **how)

  def layers(self, inputs: int) -> Mapping[str, Product]:
    """The projections by name, from inputs_q [queries, inputs] on."""
    rest = {
      'kernel_init': self.kernel_init,
      'dtype': self.dtype,
      'param_dtype': self.param_dtype,
    }
    qkv = Product(self.qkv_features or inputs, **rest)
    out = Dense(
      self.out_features or inputs, bias_init=self.bias_init, **rest
    )
    return {'query': qkv, 'key': qkv, 'value': qkv, 'out': out}


@dataclass(frozen=True)
class MultiHeadAttention(Attention):
  """y_b = mean over h of attention_h(inputs_q_b, inputs_kv_b), for every b.

  inputs_q [batch, queries, inputs], inputs_kv [batch, keys, sources], or with
  batch_axes elsewhere -> y [batch, queries, out_features]. A head has
  qkv_features // num_heads, and a mask of its own, or where broadcast_dropout
  is set the same as all; every example has the masks of the others, and keys
  of its own length, key_lengths [batch]: with the batch axes in their order.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `MultiHeadDotProductAttention`; its mean is
  over features, as its heads come last, and it mistakes a second batch axis.
  """

  arguments = {
    'inputs_q': '*batch_axes queries inputs',
    'inputs_kv': '*batch_axes keys sources',
  }
  optional = {'key_lengths': '*batch_axes'}
  divisors = {'num_heads': ('qkv_features', 'inputs')}

  _: KW_ONLY
  num_heads: Size = 1
  batch_axes: Axes = (0,)
  broadcast_dropout: bool = False

  def head(self, inputs: int) -> Attention:
    """One of its heads, of inputs_q [queries, inputs]."""
    return Attention(
      (self.qkv_features or inputs) // self.num_heads,
      self.out_features,
      rate=self.rate,
      kernel_init=self.kernel_init,
      bias_init=self.bias_init,
      deterministic=self.deterministic,
      scaled=self.scaled,
      causal=self.causal,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )

  @cached_property
  def by_axis(self) -> list[int]:
    """The batch axes of [*batch_axes, ...] in order, the last the outermost."""
    rank = len(self.batch_axes) + 2
    return sorted(axis % rank for axis in self.batch_axes)
