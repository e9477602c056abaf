"""Batch normalisation: y = (x - E x) / (Var x + 1e-5)^(1/2) scale + bias."""

from functools import partial

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, Moved, as_model
from core_rnn.types import DType, Features, Initializer


def batch_norm_init(draw, features, scale_init, bias_init, param_dtype):
  """The parameters scale, from draw 1, and bias, from draw 2: [features]."""
  scale = typed(scale_init)(draw(1), (features,), param_dtype)
  bias = typed(bias_init)(draw(2), (features,), param_dtype)
  return {'scale': scale, 'bias': bias}


def batch_norm_stats(features, param_dtype):
  """The statistics mean 0 and var 1, both [features]."""
  stored = np.promote_types(jnp.dtype(param_dtype), 'float32')
  return {
    'mean': jnp.zeros(features, stored),
    'var': jnp.ones(features, stored),
  }


def batch_norm_apply(params, stats, x: Features, momentum, dtype, running):
  """x [features], one along the axis `batch` -> y [features], stats moved."""
  mean, var = stats['mean'], stats['var']
  dtype, x = dtype or x.dtype, x.astype(mean.dtype)
  if not running and lax.axis_size('batch'):
    mean = lax.pmean(x, 'batch')
    var = lax.pmean(lax.square(x - mean), 'batch')
    now = {'mean': mean, 'var': var}
    stats = {n: momentum * stats[n] + (1 - momentum) * now[n] for n in now}
  scale, bias = (params[name].astype(x.dtype) for name in ('scale', 'bias'))
  y = (x - mean) * (lax.rsqrt(var + 1e-5) * scale) + bias
  return y.astype(dtype), stats


@as_model(xs='batch features')
def batch_norm(
  momentum: float = 0.99,
  scale_init: Initializer = ones,
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  use_running_average: bool = False,
) -> Functions:
  """y_b = (x_b - E x) / (Var x + 1e-5)^(1/2) scale + bias, E and Var over b.

  xs [batch, features] -> ys [batch, features], in dtype, which None leaves to
  xs. mean' = momentum mean + (1 - momentum) E x, likewise var': [features] in
  `batch_stats`, in param_dtype, or in float32 if that is less, as is all that
  is computed. With use_running_average, mean and var stand for E x and Var x,
  and stay; so they do for a batch of 0, of which Flax makes NaN.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), algorithms 1 and 2, as Flax's `nn.BatchNorm`.
  """

  def init(rngs, xs):
    draw, features = partial(derive, rngs['params']), xs.shape[-1]
    params = batch_norm_init(draw, features, scale_init, bias_init, param_dtype)
    stats = batch_norm_stats(features, param_dtype)
    return {'params': params, 'batch_stats': stats}

  def apply(variables, xs):
    params, stats = variables['params'], variables['batch_stats']
    ruled = (momentum, dtype, use_running_average)
    one = lambda x: batch_norm_apply(params, stats, x, *ruled)
    ys, moved = jax.vmap(one, out_axes=(0, None), axis_name='batch')(xs)
    return Moved(ys, {'batch_stats': moved})

  return init, apply
