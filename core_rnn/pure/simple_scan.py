"""A scan over the steps of a batch: the LSTM, scanned along axis 1 of xs."""

from functools import partial

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.lstm import lstm_cell
from core_rnn.types import DType, Initializer


@as_model(xs='batch time inputs')
def simple_scan(
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
) -> Functions:
  """(c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t), for all of the batch at once.

  xs [batch, time, inputs] -> (c, h) of the last step [batch, inputs], every h_t
  [batch, time, inputs]: there are as many features as inputs, and the scan goes
  along axis 1. The parameters are `lstm_cell`, as in `lstm`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleScan`.
  """
  inits = (recurrent_init, kernel_init, bias_init, dtype, param_dtype)

  def init(rngs, xs):
    cell = lstm_cell(xs.shape[-1], *inits)
    draw = partial(derive, rngs['params'], 'lstm_cell')
    return {'params': {'lstm_cell': cell.init(draw, xs.shape[-1:])}}

  def apply(variables, xs):
    cell = lstm_cell(xs.shape[-1], *inits)
    batch = jax.vmap(partial(cell.step, variables['params']['lstm_cell']))

    def step(carry, x):
      return batch(carry, x)

    first = jax.vmap(cell.first)(xs)
    carry, ys = lax.scan(step, first, jnp.swapaxes(xs, 0, 1))
    return carry, jnp.swapaxes(ys, 0, 1)

  return init, apply
