"""The convolution of one image, which keeps its height and width."""

from jax import lax
from jaxtyping import Array, Float

from core_rnn.types import DType


def convolution(
  x: Float[Array, 'height width inputs'],
  kernel: Float[Array, 'rows columns inputs outputs'],
  bias: Float[Array, 'outputs'],
  dtype: DType | None,
) -> Float[Array, 'height width outputs']:
  """Return y = x * W + b, where * convolves: [height, width, outputs].

  Args:
    x: the image, which is padded with zeros.
    kernel: W.
    bias: b.
    dtype: the dtype of the computation; None for the dtype of x.
  """
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
