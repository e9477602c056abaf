"""A scan over the steps of a batch: the LSTM, scanned along axis 1 of xs."""

import jax
from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.lstm import lstm_cell
from core_rnn.types import DType, Initializer


@as_model(xs='batch time inputs')
def simple_scan(
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Function:
  """(c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t), for all of the batch at once.

  xs [batch, time, inputs] -> (c, h) of the last step [batch, inputs], every h_t
  [batch, time, inputs]: there are as many features as inputs, and the scan goes
  along axis 1. The parameters are `lstm_cell`, as in `lstm`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleScan`.
  """
  inits = (recurrent_init, kernel_init, bias_init, dtype, param_dtype)

  def rnn(scope: Scope, xs):
    cell = lstm_cell(xs.shape[-1], *inits)
    batch = lift.vmap(
      cell.step, variable_axes={'params': None}, split_rngs={'params': False}
    )
    scan = lift.scan(
      batch,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    return scope.child(scan, 'lstm_cell')(jax.vmap(cell.first)(xs), xs)

  return rnn
