"""A multilayer perceptron, as a module."""

from flax import linen as nn

from core_rnn.networks.dense import MLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class Perceptron(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l), named at the call: x [inputs] -> y [...]."""

  n: MLP

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for name, layer in self.n.layers.items():
      x = self.n.activated(name, DenseLayer(layer, name=name)(x))
    return x


@as_linen(MLP)
def mlp(n: MLP) -> nn.Module:
  return Perceptron(n)
