"""A dense layer, as a module."""

from flax import linen as nn

from core_rnn.networks.dense import Dense, Product
from core_rnn.types import Features, Inputs, Variables
from linen_rnn.as_linen import as_linen


class DenseParams(nn.Module):
  """W [inputs, features], and b [features] or none."""

  n: Product

  @nn.compact
  def __call__(self, x: Inputs) -> Variables:
    """x [inputs] -> W [inputs, features] and b [features], if any."""
    return dense_params(self, self.n, x)


def dense_params(module: nn.Module, n: Product, x: Inputs) -> Variables:
  """x [inputs] -> W [inputs, features] and b [features], if any, of here."""
  shape = (x.shape[-1], n.features)
  kernel = module.param('kernel', n.kernel_init, shape, n.param_dtype)
  if not isinstance(n, Dense):
    return {'kernel': kernel}
  bias = module.param('bias', n.bias_init, (n.features,), n.param_dtype)
  return {'kernel': kernel, 'bias': bias}


class DenseLayer(nn.Module):
  """y = x W + b: W [inputs, features], b [features], or none."""

  n: Product

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features]."""
    params, dtype = dense_params(self, self.n, x), self.n.dtype or x.dtype
    y = x.astype(dtype) @ params['kernel'].astype(dtype)
    return y + params['bias'].astype(dtype) if 'bias' in params else y


@as_linen(Dense)
def dense(n: Dense) -> nn.Module:
  return DenseLayer(n)
