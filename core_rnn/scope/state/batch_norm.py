"""Batch normalisation, as a function on a scope."""

from functools import partial

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.networks.state import BatchNorm
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.types import Features


def batch_norm_layer(
  n: BatchNorm, scope: Scope, x: Features, valid=None
) -> Features:
  """x [features], one along the axis `batch` -> y [features]; stats move."""
  dtype, shape = n.dtype or x.dtype, x.shape
  scale = scope.param('scale', n.scale_init, shape, n.param_dtype)
  bias = scope.param('bias', n.bias_init, shape, n.param_dtype)
  stats = (
    scope.variable('batch_stats', 'mean', jnp.zeros, shape, n.stored),
    scope.variable('batch_stats', 'var', jnp.ones, shape, n.stored),
  )
  x, (mean, var) = x.astype(n.stored), (running.value for running in stats)
  if n.observes:
    mean, var = n.moments(x, (mean, var), valid)
    mutable = scope.is_mutable_collection('batch_stats')
    if mutable and not scope.get_flag('initializing', False):
      for running, now in zip(stats, (mean, var), strict=True):
        running.value = n.moved(running.value, now, valid)
  return n.scaled(x, mean, var, scale, bias).astype(dtype)


@as_scope(BatchNorm)
def batch_norm(n: BatchNorm) -> Function:
  return lift.vmap(
    partial(batch_norm_layer, n),
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
