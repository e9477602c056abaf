"""The explicit dense layer, as a module."""

from flax import linen as nn

from core_rnn.networks.dense.explicit_dense import ExplicitDense
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen


class ExplicitLayer(nn.Module):
  """A dense layer with its parameters in setup: x -> y [features]."""

  n: ExplicitDense

  def setup(self):
    """Make W [features_in, features] and b [features]."""
    n, shape = self.n, (self.n.features_in, self.n.features)
    kernel, bias = (n.kernel_init, shape), (n.bias_init, shape[1:])
    self.kernel = self.param('kernel', *kernel, n.param_dtype)
    self.bias = self.param('bias', *bias, n.param_dtype)

  def __call__(self, x: Inputs) -> Features:
    """Return y = x W + b: [features]."""
    dtype = self.n.dtype or x.dtype
    y = x.astype(dtype) @ self.kernel.astype(dtype)
    return y + self.bias.astype(dtype)


@as_linen(ExplicitDense)
def explicit_dense(n: ExplicitDense) -> nn.Module:
  return ExplicitLayer(n)
