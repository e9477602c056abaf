"""A deep stack in little memory, with `nn.remat_scan`."""

from flax import linen as nn

from core_rnn.networks.memory import RematStack
from core_rnn.types import Features
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class Layer(nn.Module):
  """x + tanh(x W + b), of [features]."""

  n: RematStack

  @nn.compact
  def __call__(self, x: Features):
    """x [features] -> x [features]."""
    return self.n.added(x, DenseLayer(self.n.dense(x), name='dense')(x))


class Deep(nn.Module):
  """x_l = x_{l-1} + tanh(x_{l-1} W_l + b_l), of [features]."""

  n: RematStack

  @nn.compact
  def __call__(self, x: Features):
    """x [features] -> x [features]."""
    layers = nn.remat_scan(Layer, self.n.lengths)
    return layers(self.n, name='layers')(self.n.cast(x))


@as_linen(RematStack)
def remat_stack(n: RematStack) -> nn.Module:
  return Deep(n)
