"""The convolution of an image, as a module."""

from flax import linen as nn

from core_rnn.equations.convolution import convolution
from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.types import Initializer


class ConvLayer(nn.Module):
  """A layer: x [height, width, inputs] -> y = x * W + b.

  W is the parameter `kernel` [*kernel_size, inputs, outputs], and b the
  parameter `bias` [outputs]. y is [height, width, outputs].
  """

  n: ConvLSTM
  outputs: int
  kernel_init: Initializer
  bias_init: Initializer

  @nn.compact
  def __call__(self, x):
    """Return y = x * W + b: [height, width, outputs]."""
    shape = (*self.n.kernel_size, x.shape[-1], self.outputs)
    dtype = self.n.param_dtype
    kernel = self.param('kernel', self.kernel_init, shape, dtype)
    bias = self.param('bias', self.bias_init, shape[-1:], dtype)
    return convolution(x, kernel, bias, self.n.dtype)
