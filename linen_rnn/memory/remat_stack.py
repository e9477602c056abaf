"""A deep stack in little memory, with `nn.remat_scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.memory.remat_stack import RematStack
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class Layer(nn.Module):
  """A residual layer: x [features] -> x + tanh(x W + b) [features]."""

  n: RematStack

  @nn.compact
  def __call__(self, x):
    """Return x + tanh(x W + b): [features]."""
    n, n_dense = self.n, self.n.inner(Dense, x.shape[-1])
    dense = DenseLayer(
      n_dense, n.kernel_init, n.bias_init, name='dense'
    )
    y = dense(x)
    return x + jnp.tanh(y)


class Stack(nn.Module):
  """The layers in groups: x [features] -> x [features]."""

  n: RematStack

  @nn.compact
  def __call__(self, x):
    """Return x after the last layer: [features]."""
    n = self.n
    deep = nn.remat_scan(Layer, n.lengths)
    x = x.astype(n.dtype or x.dtype)
    return deep(n, name='layers')(x)


@as_linen(RematStack)
def remat_stack(n: RematStack) -> nn.Module:
  return Stack(n)
