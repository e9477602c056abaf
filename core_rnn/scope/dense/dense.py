"""The dense layer, as a function on a scope."""

from flax.core import Scope

from core_rnn.networks.dense.dense import Dense
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.types import Features, Initializer, Inputs, Layer


def dense_layer(
  n: Layer,
  kernel_init: Initializer,
  bias_init: Initializer | None = None,
) -> Function:
  """Return a layer: scope, x [inputs] -> y = x W + b [features].

  W is the parameter `kernel`, and b the parameter `bias`. There is no b
  where bias_init is None.
  """

  def layer(scope: Scope, x: Inputs) -> Features:
    dtype, shape = n.dtype or x.dtype, (x.shape[-1], n.features)
    kernel = scope.param('kernel', kernel_init, shape, n.param_dtype)
    y = x.astype(dtype) @ kernel.astype(dtype)
    if bias_init is None:
      return y
    bias = scope.param('bias', bias_init, shape[1:], n.param_dtype)
    return y + bias.astype(dtype)

  return layer


@as_scope(Dense)
def dense(n: Dense) -> Function:
  return dense_layer(n, n.kernel_init, n.bias_init)
