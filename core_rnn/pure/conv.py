"""A convolution: y = x * W + b, of one image, as high and as wide."""

from collections.abc import Callable

from jax import lax
from jaxtyping import Array, Float

from core_rnn.initializers import typed
from core_rnn.types import DType, Initializer, PRNGKey, Variables


def conv_init(
  draw: Callable[..., PRNGKey],
  shape: tuple[int, ...],
  kernel_init: Initializer,
  bias_init: Initializer,
  param_dtype: DType,
) -> Variables:
  """W of shape [..., inputs, outputs] from draw 1, b [outputs] from draw 2."""
  kernel = typed(kernel_init)(draw(1), shape, param_dtype)
  bias = typed(bias_init)(draw(2), shape[-1:], param_dtype)
  return {'kernel': kernel, 'bias': bias}


def conv_apply(
  params: Variables, x: Float[Array, 'height width inputs'], dtype: DType
) -> Float[Array, 'height width outputs']:
  """y = x * W + b, x padded with zeros: y [height, width, outputs]."""
  y = lax.conv_general_dilated(
    x.astype(dtype).reshape(1, *x.shape),
    params['kernel'].astype(dtype),
    window_strides=(1, 1),
    padding='SAME',
    dimension_numbers=('NHWC', 'HWIO', 'NHWC'),
  )
  y = y + params['bias'].astype(dtype).reshape(1, 1, 1, -1)
  return y.reshape(y.shape[1:])
