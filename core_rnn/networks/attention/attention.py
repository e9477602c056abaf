"""Attention of one head: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Attention(Network):
  """Dot-product attention of one head, with projections.

  y = raw_attention(x_q W_q, x_kv W_k, x_kv W_v) W_o + b_o

  where x_q is inputs_q, x_kv is inputs_kv, and raw_attention is the
  network of that name, with the stream `dropout`.

  Args: inputs_q [queries, inputs]; inputs_kv [keys, sources];
  key_lengths [], after which inputs_kv is padding.
  Returns: y [queries, out_features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `DotProductAttention`.
  """

  arguments = {
    'inputs_q': 'queries inputs',
    'inputs_kv': 'keys sources',
  }
  optional = {'key_lengths': ''}
  counts = {'key_lengths': 'keys'}
  streams = ('dropout',)

  qkv_features: Size | None = None  # of q, k, v; None: of inputs_q
  out_features: Size | None = None  # of y; None: of inputs_q
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W_q, W_k, W_v, W_o
  bias_init: Initializer = zeros  # of b_o
  rate: Rate = 0.1  # probability that a weight is dropped
  deterministic: bool = False  # drop nothing
  scaled: bool = False  # divide q_i . k_j by qkv_features^(1/2)
  causal: bool = False  # query i sees the keys j <= i only
  dtype: Floating | None = None  # of the computation; None: of inputs
  param_dtype: Floating = jnp.float32  # of the parameters

  def projections(self, inputs: int) -> tuple[Dense, Dense]:
    """Return the layers of q, k, v, and of y, for inputs_q [inputs]."""
    qkv = self.inner(Dense, self.qkv_features or inputs)
    out = self.inner(Dense, self.out_features or inputs)
    return qkv, out
