"""The convolution of an image, with explicit parameters."""

from core_rnn.equations.convolution import convolution
from core_rnn.keys import Draw
from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.types import Initializer, Variables


def conv_init(
  draw: Draw,
  n: ConvLSTM,
  inputs: int,
  outputs: int,
  kernel_init: Initializer,
  bias_init: Initializer,
) -> Variables:
  """Return W of draw 1, and b of draw 2.

  W is [*kernel_size, inputs, outputs], and b is [outputs].
  """
  shape = (*n.kernel_size, inputs, outputs)
  kernel = kernel_init(draw(1), shape, n.param_dtype)
  bias = bias_init(draw(2), shape[-1:], n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


def conv_apply(n: ConvLSTM, params: Variables, x):
  """Return y = x * W + b: [height, width, outputs]."""
  return convolution(x, params['kernel'], params['bias'], n.dtype)
