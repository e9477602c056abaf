"""Depth by a scan: layers of one kind, with parameters of their own."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.dropout import Dropout
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime
from linen_rnn.residual import Residual


class Stack(nn.Module):
  """Layers in a row, [time, features] to [time, features], by that name."""

  layers: nn.Module
  dtype: DType | None

  def __call__(self, xs):
    """xs [time, features] -> ys [time, features], every h [layers, ...]."""
    return self.layers(xs.astype(self.dtype or xs.dtype))


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
) -> nn.Module:
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in a scan.

  xs [time, features] -> ys [time, features], every h [layers, features]. The
  parameters have layers in front; each layer drops by a mask of its own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
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
  scan = nn.scan(
    Residual,
    variable_axes={'params': 0},
    split_rngs={'params': True, 'dropout': True},
    length=layers,
    unroll=unroll,
  )
  return Stack(scan(rnn, Dropout(rate, deterministic)), dtype)
