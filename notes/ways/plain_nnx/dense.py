"""The dense layer."""

from flax import nnx

from core_rnn.initializers import typed


class Dense(nnx.Module):
  """The dense layer, y = x W + b, or x W if there is no init of b.

  `nnx.Linear` casts b before the product, and this layer after it: the same
  numbers, by another program.
  """

  def __init__(self, draw, inputs, features, inits, dtype):
    """Make W [inputs, features], and b [features] if it has an init."""
    kernel_init, *bias_inits = map(typed, inits)
    kernel = kernel_init(draw(1), (inputs, features), dtype)
    self.kernel = nnx.Param(kernel)
    for bias_init in bias_inits:
      self.bias = nnx.Param(bias_init(draw(2), (features,), dtype))

  def __call__(self, x, dtype):
    """Return y [features], computed in dtype."""
    y = x.astype(dtype) @ self.kernel.astype(dtype)
    return y + self.bias.astype(dtype) if hasattr(self, 'bias') else y
