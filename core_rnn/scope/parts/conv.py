"""The convolution of an image, as a function on a scope."""

from flax.core import Scope

from core_rnn.equations.convolution import convolution
from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.scope.as_scope import Function
from core_rnn.types import Initializer


def conv_layer(
  n: ConvLSTM,
  outputs: int,
  kernel_init: Initializer,
  bias_init: Initializer,
) -> Function:
  """Return a layer: scope, x [height, width, inputs] -> y = x * W + b.

  W is the parameter `kernel` [*kernel_size, inputs, outputs], and b the
  parameter `bias` [outputs]. y is [height, width, outputs].
  """

  def layer(scope: Scope, x):
    shape = (*n.kernel_size, x.shape[-1], outputs)
    kernel = scope.param('kernel', kernel_init, shape, n.param_dtype)
    bias = scope.param('bias', bias_init, shape[-1:], n.param_dtype)
    return convolution(x, kernel, bias, n.dtype)

  return layer
