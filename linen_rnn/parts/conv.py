"""A convolution: y = x * W + b, of one image, as high and as wide."""

from flax import linen as nn

from core_rnn.equations.convolution import convolution
from core_rnn.networks.cells import Conv


class ConvLayer(nn.Module):
  """y = x * W + b: W [*kernel_size, inputs, features], b [features]."""

  n: Conv

  @nn.compact
  def __call__(self, x):
    """x [height, width, inputs] -> y [height, width, features]."""
    n, shape = self.n, (*self.n.kernel_size, x.shape[-1], self.n.features)
    kernel = self.param('kernel', n.kernel_init, shape, n.param_dtype)
    bias = self.param('bias', n.bias_init, shape[-1:], n.param_dtype)
    return convolution(x, kernel, bias, n.dtype)
