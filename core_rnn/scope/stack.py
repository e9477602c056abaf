"""Depth by a scan: layers of one kind, with parameters of their own."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.residual import residual_layer
from core_rnn.types import DType, Initializer


@as_model(streams=('dropout',), xs='time features')
def stack(
  features: int,
  layers: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
  unroll: int = 1,
) -> Function:
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in a scan.

  xs [time, features] -> ys [time, features], every h [layers, features]. The
  parameters have layers in front; each layer drops by a mask of its own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """
  cell = elman_cell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  layer = residual_layer(cell, rate, deterministic)

  def rows(scope: Scope, xs):
    scan = lift.scan(
      layer,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': True},
      length=layers,
      unroll=unroll,
    )
    return scope.child(scan, 'layers')(xs.astype(dtype or xs.dtype))

  return rows
