"""Batch normalisation over a named axis of `lift.vmap`."""

from functools import partial

import jax
from flax.core import Scope, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.state.batch_norm import BatchNorm
from core_rnn.padding import select
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.batches.normalised import batch_mean
from core_rnn.scope.parts.batch_stats import is_updating, stats_dtype


def batch_norm_layer(n: BatchNorm) -> Function:
  """Return a layer: scope, one x [features] in `batch` -> y [features].

  The layer updates the statistics in `batch_stats`.
  """

  def layer(scope: Scope, x, valid=None):
    dtype, wide = n.dtype or x.dtype, stats_dtype(n)
    x = x.astype(wide)
    scale = scope.param('scale', n.scale_init, x.shape, n.param_dtype)
    bias = scope.param('bias', n.bias_init, x.shape, n.param_dtype)
    stored = partial(scope.variable, 'batch_stats')
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
      if is_updating(scope):
        mean.value, var.value = moved['mean'], moved['var']
    scale, bias = scale.astype(x.dtype), bias.astype(x.dtype)
    y = x - now['mean']
    y = y * (lax.rsqrt(now['var'] + 1e-5) * scale) + bias
    return y.astype(dtype)

  return layer


@as_scope(BatchNorm)
def batch_norm(n: BatchNorm) -> Function:
  return lift.vmap(
    batch_norm_layer(n),
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
