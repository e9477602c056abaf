"""An explicit dense layer, as a module."""

from flax import linen as nn

from core_rnn.networks.dense import ExplicitDense
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen


class ExplicitLayer(nn.Module):
  """y = x W + b: W [features_in, features], b [features]."""

  n: ExplicitDense

  def setup(self):
    """W [features_in, features], b [features]."""
    n, shape = self.n, (self.n.features_in, self.n.features)
    self.kernel = self.param('kernel', n.kernel_init, shape, n.param_dtype)
    self.bias = self.param('bias', n.bias_init, shape[1:], n.param_dtype)

  def __call__(self, x: Inputs) -> Features:
    """x [features_in] -> y [features]."""
    dtype = self.n.dtype or x.dtype
    y = x.astype(dtype) @ self.kernel.astype(dtype)
    return y + self.bias.astype(dtype)


@as_linen(ExplicitDense)
def explicit_dense(n: ExplicitDense) -> nn.Module:
  return ExplicitLayer(n)
