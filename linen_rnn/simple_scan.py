"""A scan over the steps of a batch: the LSTM, scanned along axis 1 of xs."""

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.lstm import LSTMCell


class SimpleScan(nn.Module):
  """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""

  recurrent_init: Initializer
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType | None
  param_dtype: DType

  @nn.compact
  def __call__(self, xs):
    """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""
    inits = (self.recurrent_init, self.kernel_init, self.bias_init)
    cell = (xs.shape[-1], *inits, self.dtype, self.param_dtype)
    batch = nn.vmap(
      LSTMCell, variable_axes={'params': None}, split_rngs={'params': False}
    )
    scan = nn.scan(
      batch,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    first = jax.vmap(LSTMCell(*cell, parent=None).first)(xs)
    return scan(*cell, name='lstm_cell')(first, xs)


@as_model(xs='batch time inputs')
def simple_scan(
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> nn.Module:
  """(c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t), for all of the batch at once.

  xs [batch, time, inputs] -> (c, h) of the last step [batch, inputs], every h_t
  [batch, time, inputs]: there are as many features as inputs, and the scan goes
  along axis 1. The parameters are `lstm_cell`, as in `lstm`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleScan`.
  """
  return SimpleScan(recurrent_init, kernel_init, bias_init, dtype, param_dtype)
