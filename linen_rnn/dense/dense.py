"""The dense layer, as a module."""

from flax import linen as nn

from core_rnn.networks.dense.dense import Dense
from core_rnn.types import Features, Initializer, Inputs, Layer
from linen_rnn.as_linen import as_linen


class DenseLayer(nn.Module):
  """A dense layer: x [inputs] -> y = x W + b [features].

  W is the parameter `kernel`, and b the parameter `bias`. There is no b
  where bias_init is None.
  """

  n: Layer
  kernel_init: Initializer
  bias_init: Initializer | None = None

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """Return y = x W + b: [features]."""
    n, shape = self.n, (x.shape[-1], self.n.features)
    dtype = n.dtype or x.dtype
    kernel = self.param(
      'kernel', self.kernel_init, shape, n.param_dtype
    )
    y = x.astype(dtype) @ kernel.astype(dtype)
    if self.bias_init is None:
      return y
    bias = self.param('bias', self.bias_init, shape[1:], n.param_dtype)
    return y + bias.astype(dtype)


@as_linen(Dense)
def dense(n: Dense) -> nn.Module:
  return DenseLayer(n, n.kernel_init, n.bias_init)
