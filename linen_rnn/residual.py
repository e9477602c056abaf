"""A residual recurrent layer: ys = xs + dropout(elman(xs))."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dropout import Dropout
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


class Residual(nn.Module):
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""

  rnn: OverTime
  dropout: Dropout

  def __call__(self, xs, _=None):
    """xs [time, features] -> ys [time, features], h [features]."""
    h, hs = self.rnn(xs)
    hs = self.dropout(hs)
    return xs.astype(hs.dtype) + hs, h


@as_model(streams=('dropout',), xs='time features')
def residual(
  features: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  deterministic: bool = False,
) -> nn.Module:
  """ys_t = xs_t + m h_t, of the Elman network's h_t and one mask m.

  xs [time, features] -> ys [time, features], h_time [features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: He et al. (2016), Deep Residual Learning, equation 1.
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
  rnn = OverTime(cell, reverse=False, unroll=1)
  return Residual(rnn, Dropout(rate, deterministic))
