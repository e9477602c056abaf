"""A named axis: inputs normalised over the batch, with `lax.pmean`."""

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import over_time
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
) -> Functions:
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
  init_one, apply_one = over_time(cell, reverse=False, unroll=1)

  def init(rngs, xs):
    return init_one(rngs, jax.ShapeDtypeStruct(xs.shape[1:], xs.dtype))

  def apply(variables, xs):
    def one(xs):
      return apply_one(
        variables, normalise(xs.astype(dtype or xs.dtype), 'batch')
      )

    return jax.vmap(one, axis_name='batch')(xs)

  return init, apply
