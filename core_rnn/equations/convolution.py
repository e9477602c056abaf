"""A convolution of one image, as high and as wide."""

from jax import lax
from jaxtyping import Array, Float

from core_rnn.types import DType


def convolution(
  x: Float[Array, 'height width inputs'],
  kernel: Float[Array, 'rows columns inputs outputs'],
  bias: Float[Array, 'outputs'],
  dtype: DType | None,
) -> Float[Array, 'height width outputs']:
  """y = x * W + b, x padded with zeros: y [height, width, outputs]."""
  dtype = dtype or x.dtype
  y = lax.conv_general_dilated(
    x.astype(dtype).reshape(1, *x.shape),
    kernel.astype(dtype),
    window_strides=(1, 1),
    padding='SAME',
    dimension_numbers=('NHWC', 'HWIO', 'NHWC'),
  )
  y = y + bias.astype(dtype).reshape(1, 1, 1, -1)
  return y.reshape(y.shape[1:])
