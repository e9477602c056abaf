"""A batch, shared parameters: one Elman network, vmapped over examples."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.over_time import over_time
from core_rnn.types import DType, Initializer


@as_model(xs='batch time inputs')
def batched(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  in_axes: int = 0,
  out_axes: int = 0,
) -> Function:
  """(h_b, hs_b) = elman(xs_b), for b = 1, 2, ..., of one set of parameters.

  xs [batch, time, inputs], or with batch at another of in_axes -> every h
  [batch, features], every hs [batch, time, features], or batch at out_axes.
  So in_axes=0 is batch-major, and in_axes=1 time-major.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
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
  rnn = over_time(cell, reverse=False, unroll=1)

  def batch(scope: Scope, xs):
    vmap = lift.vmap(
      rnn,
      variable_axes={'params': None},
      split_rngs={'params': False},
      in_axes=in_axes,
      out_axes=(0, out_axes),
    )
    return vmap(scope, xs)

  return batch
