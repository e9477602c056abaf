"""A named axis: inputs normalised over the batch, with `lax.pmean`."""

import numpy as np
from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


def normalise(xs, axis_name: str):
  """(x - mean) / (var + 1e-5)^(1/2), mean and var over a named axis: [...].

  In float32 at the least: float16 has no number for the derivative of a root
  of 1e-5.
  """
  wide = xs.astype(np.promote_types(xs.dtype, 'float32'))
  centred = wide - lax.pmean(wide, axis_name)
  var = lax.pmean(centred * centred, axis_name)
  return (centred * lax.rsqrt(var + 1e-5)).astype(xs.dtype)


class Normalised(nn.Module):
  """A normalised Elman network of one example, in a batch [batch, ...]."""

  cell: ElmanCell

  def setup(self):
    """The network over time, with parameters [...] of the cell's own."""
    self.rnn = OverTime(self.cell, reverse=False, unroll=1)

  def __call__(self, xs):
    """xs [time, inputs] -> h [features], hs [time, features]."""
    xs = xs.astype(self.cell.dtype or xs.dtype)
    return self.rnn(normalise(xs, 'batch'))


@as_model(xs='batch time inputs')
def normalised(
  features: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """(h_b, hs_b) = elman(z_b), z = (x - E x) / (Var x + 1e-5)^(1/2) over b.

  xs [batch, time, inputs] -> every h [batch, features], every hs [batch, time,
  features]. A step sees one example, and the rest by the name of their axis.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), Batch Normalization, equation 1.
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
    Normalised,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(cell)
