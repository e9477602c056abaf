"""A convolution: y = x * W + b, of one image, as high and as wide."""

from collections.abc import Sequence

from flax.core import Scope
from jax import lax
from jaxtyping import Array, Float

from core_rnn.initializers import typed
from core_rnn.types import DType, Initializer


def conv_layer(
  scope: Scope,
  x: Float[Array, 'height width inputs'],
  outputs: int,
  kernel_size: Sequence[int],
  kernel_init: Initializer,
  bias_init: Initializer,
  dtype: DType,
  param_dtype: DType,
) -> Float[Array, 'height width outputs']:
  """y = x * W + b, x padded with zeros: y [height, width, outputs]."""
  shape = (*kernel_size, x.shape[-1], outputs)
  kernel = scope.param('kernel', typed(kernel_init), shape, param_dtype)
  bias = scope.param('bias', typed(bias_init), (outputs,), param_dtype)
  y = lax.conv_general_dilated(
    x.astype(dtype).reshape(1, *x.shape),
    kernel.astype(dtype),
    window_strides=(1, 1),
    padding='SAME',
    dimension_numbers=('NHWC', 'HWIO', 'NHWC'),
  )
  y = y + bias.astype(dtype).reshape(1, 1, 1, -1)
  return y.reshape(y.shape[1:])
