"""Batch normalisation: y = (x - E x) / (Var x + 1e-5)^(1/2) scale + bias."""

import numpy as np
from flax.core import Scope, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.types import DType, Features, Initializer


def batch_norm_layer(
  scope: Scope,
  x: Features,
  momentum: float,
  scale_init: Initializer,
  bias_init: Initializer,
  dtype: DType | None,
  param_dtype: DType,
  use_running_average: bool,
) -> Features:
  """x [features], one along the axis `batch` -> y [features]; stats move."""
  dtype, stored = (
    dtype or x.dtype,
    np.promote_types(jnp.dtype(param_dtype), 'float32'),
  )
  scale = scope.param('scale', typed(scale_init), x.shape, param_dtype)
  bias = scope.param('bias', typed(bias_init), x.shape, param_dtype)
  stats = (
    scope.variable('batch_stats', 'mean', jnp.zeros, x.shape, stored),
    scope.variable('batch_stats', 'var', jnp.ones, x.shape, stored),
  )
  x, (mean, var) = x.astype(stored), (running.value for running in stats)
  if not use_running_average and lax.axis_size('batch'):
    mean = lax.pmean(x, 'batch')
    var = lax.pmean(lax.square(x - mean), 'batch')
    mutable = scope.is_mutable_collection('batch_stats')
    if mutable and not scope.get_flag('initializing', False):
      for running, now in zip(stats, (mean, var), strict=True):
        running.value = momentum * running.value + (1 - momentum) * now
  scale, bias = scale.astype(stored), bias.astype(stored)
  y = (x - mean) * (lax.rsqrt(var + 1e-5) * scale) + bias
  return y.astype(dtype)


@as_model(xs='batch features')
def batch_norm(
  momentum: float = 0.99,
  scale_init: Initializer = ones,
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  use_running_average: bool = False,
) -> Function:
  """y_b = (x_b - E x) / (Var x + 1e-5)^(1/2) scale + bias, E and Var over b.

  xs [batch, features] -> ys [batch, features], in dtype, which None leaves to
  xs. mean' = momentum mean + (1 - momentum) E x, likewise var': [features] in
  `batch_stats`, in param_dtype, or in float32 if that is less, as is all that
  is computed. With use_running_average, mean and var stand for E x and Var x,
  and stay; so they do for a batch of 0, of which Flax makes NaN.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), algorithms 1 and 2, as Flax's `nn.BatchNorm`.
  """
  inits = (scale_init, bias_init)
  ruled = (momentum, *inits, dtype, param_dtype, use_running_average)

  def batch(scope: Scope, xs):
    vmap = lift.vmap(
      lambda scope, x: batch_norm_layer(scope, x, *ruled),
      variable_axes={'params': None, 'batch_stats': None},
      split_rngs={'params': False},
      axis_name='batch',
    )
    return vmap(scope, xs)

  return batch
