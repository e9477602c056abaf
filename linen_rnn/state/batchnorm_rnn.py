"""Batch normalisation in each step: `nn.scan` of an `nn.vmap`."""

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.state.batchnorm_rnn import BatchnormRNN
from core_rnn.padding import fill_padding, mark_padding, select
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.parts.batch_stats import lift_stats
from linen_rnn.state.batch_norm import BatchNormLayer


class BatchnormCell(nn.Module):
  """The parameters and the step: h, (valid, x) -> h, h."""

  n: BatchnormRNN

  @nn.compact
  def __call__(self, h, valid_x):
    """Return h_t and y_t = h_t, each [features]."""
    n, (valid, x) = self.n, valid_x
    recurrent = self.param(
      'recurrent', n.recurrent_init, (n.features,) * 2, n.param_dtype
    )
    x = DenseLayer(n, n.kernel_init, name='input')(x)
    x = BatchNormLayer(n.batch_norm, name='batch_norm')(x, valid)
    new = jnp.tanh(h @ recurrent.astype(h.dtype) + x)
    return new if valid is None else select(valid, new, h), new


class BatchnormNetwork(nn.Module):
  """The network over time: xs [batch, time, inputs] -> h, hs."""

  n: BatchnormRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return h of the last step, and every h_t: [batch, time, ...]."""
    n, stats = self.n, lift_stats(self, self.n.statistics)
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    batch = nn.vmap(
      BatchnormCell,
      variable_axes={'params': None, 'batch_stats': None},
      split_rngs={'params': False},
      axis_name='batch',
    )
    scan = nn.scan(batch, in_axes=1, out_axes=1, **stats)
    valid_xs = jax.vmap(mark_padding)(xs, seq_lengths)
    h, hs = scan(n, name='cell')(h_0, valid_xs)
    fill = jax.vmap(fill_padding, (0, 0, None))
    return h, fill(hs, seq_lengths, n.zero_padding)


@as_linen(BatchnormRNN)
def batchnorm_rnn(n: BatchnormRNN) -> nn.Module:
  return BatchnormNetwork(n)
