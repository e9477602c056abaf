"""A dense layer: y = x W + b."""

from flax import nnx

from core_rnn.initializers import typed


class Dense(nnx.Module):
  """`nnx.Linear`, but that b is cast to the dtype of y after the product.

  Flax's casts it before: the same numbers, by another program.
  """

  def __init__(self, draw, inputs, features, inits, dtype):
    """W [inputs, features], and b [features] where there is an init for it."""
    kernel_init, *bias_inits = map(typed, inits)
    kernel = kernel_init(draw(1), (inputs, features), dtype)
    self.kernel = nnx.Param(kernel)
    for bias_init in bias_inits:
      self.bias = nnx.Param(bias_init(draw(2), (features,), dtype))

  def __call__(self, x, dtype):
    """x [inputs] -> y [features], computed in dtype."""
    y = x.astype(dtype) @ self.kernel.astype(dtype)
    return y + self.bias.astype(dtype) if hasattr(self, 'bias') else y
