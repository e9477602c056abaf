"""Batch-normalised inputs, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.state import BatchnormRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.parts.batch_over_time import BatchOverTime
from linen_rnn.state.batch_norm import BatchNormLayer


class BatchNormCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  n: BatchnormRNN

  @nn.compact
  def __call__(self, h: Features, x: Inputs, valid=None):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    n, square = self.n, (self.n.features, self.n.features)
    recurrent = self.param('recurrent', n.recurrent_init, square, n.param_dtype)
    x = DenseLayer(n.layer(n.kernel_init), name='input')(x)
    x = BatchNormLayer(n.batch_norm, name='batch_norm')(x, valid)
    h = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return h, h


@as_linen(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> nn.Module:
  return BatchOverTime(BatchNormCell(n), n)
