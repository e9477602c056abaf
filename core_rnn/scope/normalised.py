"""A named axis: inputs normalised over the batch, with `lax.pmean`."""

import numpy as np
from flax.core import Scope, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.over_time import over_time
from core_rnn.types import DType, Initializer


def normalise(xs, axis_name: str):
  """(x - mean) / (var + 1e-5)^(1/2), mean and var over a named axis: [...].

  In float32 at the least: float16 has no number for the derivative of a root
  of 1e-5.
  """
  wide = xs.astype(np.promote_types(xs.dtype, 'float32'))
  centred = wide - lax.pmean(wide, axis_name)
  var = lax.pmean(centred * centred, axis_name)
  return (centred * lax.rsqrt(var + 1e-5)).astype(xs.dtype)


@as_model(xs='batch time inputs')
def normalised(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """(h_b, hs_b) = elman(z_b), z = (x - E x) / (Var x + 1e-5)^(1/2) over b.

  xs [batch, time, inputs] -> every h [batch, features], every hs [batch, time,
  features]. A step sees one example, and the rest by the name of their axis.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), Batch Normalization, equation 1.
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

  def one(scope: Scope, xs):
    return rnn(scope, normalise(xs.astype(dtype or xs.dtype), 'batch'))

  def batch(scope: Scope, xs):
    vmap = lift.vmap(
      one,
      variable_axes={'params': None},
      split_rngs={'params': False},
      axis_name='batch',
    )
    return vmap(scope, xs)

  return batch
