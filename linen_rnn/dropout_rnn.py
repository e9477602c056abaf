"""Recurrent dropout: h_t = tanh((m_t h_{t-1}) W_hh + (x_t W_xh + b_h))."""

from flax import linen as nn
from flax.core import freeze
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.dropout import Dropout
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


class DropoutCell(nn.Module):
  """h_t = elman(m_t h_{t-1}, x_t), of [features]."""

  elman: ElmanCell
  dropout: Dropout

  @nn.nowrap
  def first(self, xs) -> Features:
    """h_0 = 0, [features]."""
    return self.elman.first(xs)

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    return self.elman(self.dropout(h), x)


@as_model(streams=('dropout',), xs='time inputs')
def dropout_rnn(
  features: int,
  rate: float = 0.5,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  split_rngs: bool = True,
  deterministic: bool = False,
) -> nn.Module:
  """h_t = tanh((m_t h_{t-1}) W_hh + (x_t W_xh + b_h)), m_t of `dropout`.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. Each
  step has a mask of its own; where split_rngs is off, all have the same one.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Gal & Ghahramani (2016), A Theoretically Grounded Application of
  Dropout in Recurrent Neural Networks: one mask a sequence.
  """
  elman = ElmanCell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  cell = DropoutCell(elman, Dropout(rate, deterministic))
  split = freeze({'dropout': split_rngs})
  return OverTime(cell, reverse=False, unroll=1, split_rngs=split)
