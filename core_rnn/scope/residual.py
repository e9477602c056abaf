"""A residual recurrent layer: ys = xs + dropout(elman(xs))."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.dropout import dropout_layer
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.over_time import Cell, over_time
from core_rnn.types import DType, Initializer


def residual_layer(cell: Cell, rate: float, deterministic: bool) -> Function:
  """ys = xs + dropout(rnn(xs)), [time, features], under the name `rnn`."""
  rnn = over_time(cell, reverse=False, unroll=1)

  def layer(scope: Scope, xs):
    h, hs = scope.child(rnn, 'rnn')(xs)
    hs = scope.child(dropout_layer, 'dropout')(hs, rate, deterministic)
    return xs.astype(hs.dtype) + hs, h

  return layer


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
) -> Function:
  """ys_t = xs_t + m h_t, of the Elman network's h_t and one mask m.

  xs [time, features] -> ys [time, features], h_time [features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: He et al. (2016), Deep Residual Learning, equation 1.
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
  return residual_layer(cell, rate, deterministic)
