"""A convolution: y = x * W + b, of one image, as high and as wide."""

from flax.core import Scope

from core_rnn.equations.convolution import convolution
from core_rnn.networks.cells import Conv


def conv_layer(n: Conv, scope: Scope, x):
  """y = x * W + b: x [height, width, inputs] -> y [height, width, features]."""
  shape = (*n.kernel_size, x.shape[-1], n.features)
  kernel = scope.param('kernel', n.kernel_init, shape, n.param_dtype)
  bias = scope.param('bias', n.bias_init, shape[-1:], n.param_dtype)
  return convolution(x, kernel, bias, n.dtype)
