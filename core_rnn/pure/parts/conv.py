"""A convolution: y = x * W + b, of one image, as high and as wide."""

from core_rnn.equations.convolution import convolution
from core_rnn.keys import Draw
from core_rnn.networks.cells import Conv
from core_rnn.types import Variables


def conv_init(draw: Draw, n: Conv, inputs: int) -> Variables:
  """W [*kernel_size, inputs, features] from draw 1, b [features] from 2."""
  shape = (*n.kernel_size, inputs, n.features)
  kernel = n.kernel_init(draw(1), shape, n.param_dtype)
  bias = n.bias_init(draw(2), shape[-1:], n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def conv_apply(n: Conv, params: Variables, x):
  """y = x * W + b: x [height, width, inputs] -> y [height, width, features]."""
  return convolution(x, params['kernel'], params['bias'], n.dtype)
