"""Attention of many heads: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Axes, Floating, Initializer, Rate, Size
from core_rnn.networks.attention.attention import Attention
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class MultiHeadAttention(Network):
  """Dot-product attention of many heads, for a batch of examples.

  y_b = mean_h attention_h(inputs_q_b, inputs_kv_b), for every b

  where attention_h is `attention` with parameters of its own, and
  qkv_features / num_heads features. Every head has a mask of its own
  unless broadcast_dropout is set. All examples have the same masks.

  Args: inputs_q [batch, queries, inputs]; inputs_kv [batch, keys,
  sources]; key_lengths [batch], after which inputs_kv is padding. If
  there are several batch axes, key_lengths has them in the order of the
  axes of inputs_kv.
  Returns: y [batch, queries, out_features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `MultiHeadDotProductAttention`. Its
  mean is over features, since its heads are the last axis, and it is
  wrong for two batch axes.
  """

  arguments = {
    'inputs_q': '*batch_axes queries inputs',
    'inputs_kv': '*batch_axes keys sources',
  }
  optional = {'key_lengths': '*batch_axes'}
  counts = {'key_lengths': 'keys'}
  streams = ('dropout',)
  divisors = {'num_heads': ('qkv_features', 'inputs')}

  qkv_features: Size | None = None  # of all heads; None: of inputs_q
  out_features: Size | None = None  # of y; None: of inputs_q
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of each W_q, W_k, W_v, W_o
  bias_init: Initializer = zeros  # of each b_o
  rate: Rate = 0.1  # probability that a weight is dropped
  deterministic: bool = False  # drop nothing
  scaled: bool = False  # divide q_i . k_j by the root of its features
  causal: bool = False  # query i sees the keys j <= i only
  num_heads: Size = 1  # number of heads
  batch_axes: Axes = (0,)  # of inputs_q, inputs_kv and y
  broadcast_dropout: bool = False  # one mask for all heads
  dtype: Floating | None = None  # of the computation; None: of inputs
  param_dtype: Floating = jnp.float32  # of the parameters

  def head(self, inputs: int) -> Attention:
    """Return the network of one head, for inputs_q [inputs]."""
    features = (self.qkv_features or inputs) // self.num_heads
    return self.inner(Attention, features, self.out_features)

  @property
  def sorted_batch_axes(self) -> list[int]:
    """Return the batch axes, counted from the front, in order."""
    rank = len(self.batch_axes) + 2
    return sorted(axis % rank for axis in self.batch_axes)
