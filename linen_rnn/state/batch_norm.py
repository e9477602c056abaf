"""Batch normalisation over a named axis of `nn.vmap`."""

from functools import partial

import jax
from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.padding import select
from linen_rnn.as_linen import as_linen
from linen_rnn.batches.normalised import batch_mean
from linen_rnn.parts.batch_stats import is_updating, stats_dtype


class BatchNormLayer(nn.Module):
  """A layer: one x [features] in the axis `batch` -> y [features].

  The layer updates the statistics in `batch_stats`.
  """

  n: BatchNorm

  @nn.compact
  def __call__(self, x, valid=None):
    """Return (x - E x) / (Var x + 1e-5)^(1/2) scale + bias."""
    n, wide = self.n, stats_dtype(self.n)
    dtype, x = n.dtype or x.dtype, x.astype(wide)
    scale = self.param('scale', n.scale_init, x.shape, n.param_dtype)
    bias = self.param('bias', n.bias_init, x.shape, n.param_dtype)
    stored = partial(self.variable, 'batch_stats')
    mean = stored('mean', jnp.zeros, x.shape, wide)
    var = stored('var', jnp.ones, x.shape, wide)
    stats = now = {'mean': mean.value, 'var': var.value}
    if not n.use_running_average and lax.axis_size('batch') > 0:
      e_x = batch_mean(x, valid)
      now = {'mean': e_x, 'var': batch_mean(lax.square(x - e_x), valid)}
      move = lambda old, now: n.momentum * old + (1 - n.momentum) * now
      moved = jax.tree.map(move, stats, now)
      if valid is not None:  # with no valid example, nothing changes
        any_valid = lax.pmax(valid.astype(int), 'batch') > 0
        now, moved = select(any_valid, (now, moved), (stats, stats))
      if is_updating(self):
        mean.value, var.value = moved['mean'], moved['var']
    scale, bias = scale.astype(x.dtype), bias.astype(x.dtype)
    y = x - now['mean']
    y = y * (lax.rsqrt(now['var'] + 1e-5) * scale) + bias
    return y.astype(dtype)


@as_linen(BatchNorm)
def batch_norm(n: BatchNorm) -> nn.Module:
  vmap = nn.vmap(
    BatchNormLayer,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(n)
