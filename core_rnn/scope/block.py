"""A block of layers: y = batch_norm(dropout(dense(x)))."""

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.batch_norm import batch_norm_layer
from core_rnn.scope.dense import dense_layer
from core_rnn.scope.dropout import dropout_layer
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(streams=('dropout',), xs='batch inputs')
def block(
  features: int,
  rate: float = 0.5,
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  training: bool = True,
) -> Function:
  """y_b = batch_norm(m_b (x_b W + b) / (1 - rate)), m_b of `dropout`.

  xs [batch, inputs] -> ys [batch, features]. In training, each example has a
  mask of its own, and `batch_stats` move by the batch, unless it is 0; where
  that is off, nothing is dropped, and they stand for the batch's own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Block`, which has one mask for all of xs.
  """
  dtypes = (dtype, param_dtype)

  def one(scope: Scope, x: Inputs) -> Features:
    inits = (kernel_init, bias_init)
    x = scope.child(dense_layer, 'dense')(x, features, *inits, *dtypes)
    x = scope.child(dropout_layer, 'dropout')(x, rate, not training)
    norm = scope.child(batch_norm_layer, 'batch_norm')
    return norm(x, 0.99, ones, zeros, *dtypes, not training)

  def batch(scope: Scope, xs):
    vmap = lift.vmap(
      one,
      variable_axes={'params': None, 'batch_stats': None},
      split_rngs={'params': False, 'dropout': True},
      axis_name='batch',
    )
    return vmap(scope, xs)

  return batch
