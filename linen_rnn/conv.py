"""A convolution: y = x * W + b, of one image, as high and as wide."""

from collections.abc import Sequence

from flax import linen as nn
from jax import lax
from jaxtyping import Array, Float

from core_rnn.initializers import typed
from core_rnn.types import DType, Initializer


class Conv(nn.Module):
  """y = x * W + b: W [*kernel_size, inputs, outputs], b [outputs]."""

  outputs: int
  kernel_size: Sequence[int]
  kernel_init: Initializer
  bias_init: Initializer
  dtype: DType
  param_dtype: DType

  @nn.compact
  def __call__(
    self, x: Float[Array, 'height width inputs']
  ) -> Float[Array, 'height width outputs']:
    """y = x * W + b, x padded with zeros: y [height, width, outputs]."""
    shape = (*self.kernel_size, x.shape[-1], self.outputs)
    kernel = self.param(
      'kernel', typed(self.kernel_init), shape, self.param_dtype
    )
    bias = self.param(
      'bias', typed(self.bias_init), shape[-1:], self.param_dtype
    )
    y = lax.conv_general_dilated(
      x.astype(self.dtype).reshape(1, *x.shape),
      kernel.astype(self.dtype),
      window_strides=(1, 1),
      padding='SAME',
      dimension_numbers=('NHWC', 'HWIO', 'NHWC'),
    )
    y = y + bias.astype(self.dtype).reshape(1, 1, 1, -1)
    return y.reshape(y.shape[1:])
