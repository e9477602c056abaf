"""A block of layers: y = batch_norm(dropout(dense(x)))."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.batch_norm import BatchNorm
from linen_rnn.dense import Dense
from linen_rnn.dropout import Dropout


class Block(nn.Module):
  """y = batch_norm(dropout(dense(x))), of one example: x [inputs]."""

  dense: Dense
  dropout: Dropout
  batch_norm: BatchNorm

  def __call__(self, x: Inputs) -> Features:
    """x [inputs], one along the axis `batch` -> y [features]."""
    return self.batch_norm(self.dropout(self.dense(x)))


@as_model(streams=('dropout',), xs='batch inputs')
def block(
  features: int,
  rate: float = 0.5,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  training: bool = True,
) -> nn.Module:
  """y_b = batch_norm(m_b (x_b W + b) / (1 - rate)), m_b of `dropout`.

  xs [batch, inputs] -> ys [batch, features]. In training, each example has a
  mask of its own, and `batch_stats` move by the batch, unless it is 0; where
  that is off, nothing is dropped, and they stand for the batch's own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Block`, which has one mask for all of xs.
  """
  vmap = nn.vmap(
    Block,
    variable_axes={'params': None, 'batch_stats': None},
    split_rngs={'params': False, 'dropout': True},
    axis_name='batch',
  )
  dtypes = (dtype, param_dtype)
  return vmap(
    Dense(features, kernel_init, bias_init, *dtypes),
    Dropout(rate, not training),
    BatchNorm(0.99, ones, zeros, *dtypes, not training),
  )
