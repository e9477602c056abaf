"""A batch, shared parameters: one Elman network, vmapped over examples."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


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
) -> nn.Module:
  """(h_b, hs_b) = elman(xs_b), for b = 1, 2, ..., of one set of parameters.

  xs [batch, time, inputs], or with batch at another of in_axes -> every h
  [batch, features], every hs [batch, time, features], or batch at out_axes.
  So in_axes=0 is batch-major, and in_axes=1 time-major.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """
  cell = ElmanCell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  vmap = nn.vmap(
    OverTime,
    variable_axes={'params': None},
    split_rngs={'params': False},
    in_axes=in_axes,
    out_axes=(0, out_axes),
  )
  return vmap(cell, reverse=False, unroll=1)
