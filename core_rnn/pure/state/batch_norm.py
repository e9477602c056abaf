"""Batch normalisation, as functions of parameters."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.keys import Draw, derive
from core_rnn.networks.state import BatchNorm
from core_rnn.pure.as_pure import Functions, Moved, as_pure
from core_rnn.types import Features, Variables


def batch_norm_init(draw: Draw, n: BatchNorm, features: int) -> Variables:
  """The parameters scale, from draw 1, and bias, from draw 2: [features]."""
  scale = n.scale_init(draw(1), (features,), n.param_dtype)
  bias = n.bias_init(draw(2), (features,), n.param_dtype)
  return {'scale': scale, 'bias': bias}


def batch_norm_stats(n: BatchNorm, features: int) -> Variables:
  """The statistics mean 0 and var 1, both [features]."""
  mean, var = jnp.zeros(features, n.stored), jnp.ones(features, n.stored)
  return {'mean': mean, 'var': var}


def batch_norm_apply(
  n: BatchNorm, params: Variables, stats: Variables, x: Features, valid=None
) -> tuple[Features, Variables]:
  """x [features], one along the axis `batch` -> y [features], stats moved."""
  mean, var = stats['mean'], stats['var']
  dtype, x = n.dtype or x.dtype, x.astype(n.stored)
  if n.observes:
    mean, var = n.moments(x, (mean, var), valid)
    now = {'mean': mean, 'var': var}
    stats = {name: n.moved(stats[name], now[name], valid) for name in now}
  y = n.scaled(x, mean, var, params['scale'], params['bias'])
  return y.astype(dtype), stats


@as_pure(BatchNorm)
def batch_norm(n: BatchNorm) -> Functions:
  def init(rngs, xs):
    draw, features = partial(derive, rngs['params']), xs.shape[-1]
    params = batch_norm_init(draw, n, features)
    return {'params': params, 'batch_stats': batch_norm_stats(n, features)}

  def apply(variables, xs):
    params, stats = variables['params'], variables['batch_stats']
    one = lambda x: batch_norm_apply(n, params, stats, x)
    ys, moved = jax.vmap(one, out_axes=(0, None), axis_name='batch')(xs)
    return Moved(ys, {'batch_stats': moved})

  return init, apply
