"""Batch normalisation, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.state import BatchNorm
from core_rnn.types import Features
from linen_rnn.as_linen import as_linen


class BatchNormLayer(nn.Module):
  """y = (x - E x) / (Var x + 1e-5)^(1/2) scale + bias: x, y [features]."""

  n: BatchNorm

  @nn.compact
  def __call__(self, x: Features, valid=None) -> Features:
    """x [features], one along the axis `batch` -> y [features]; stats move."""
    n, dtype, shape = self.n, self.n.dtype or x.dtype, x.shape
    scale = self.param('scale', n.scale_init, shape, n.param_dtype)
    bias = self.param('bias', n.bias_init, shape, n.param_dtype)
    stats = (
      self.variable('batch_stats', 'mean', jnp.zeros, shape, n.stored),
      self.variable('batch_stats', 'var', jnp.ones, shape, n.stored),
    )
    x, (mean, var) = x.astype(n.stored), (running.value for running in stats)
    if n.observes:
      mean, var = n.moments(x, (mean, var), valid)
      mutable = self.is_mutable_collection('batch_stats')
      if mutable and not self.is_initializing():
        for running, now in zip(stats, (mean, var), strict=True):
          running.value = n.moved(running.value, now, valid)
    return n.scaled(x, mean, var, scale, bias).astype(dtype)


@as_linen(BatchNorm)
def batch_norm(n: BatchNorm) -> nn.Module:
  vmap = nn.vmap(
    BatchNormLayer,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(n)
