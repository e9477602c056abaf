"""An explicit multilayer perceptron, as a module."""

from flax import linen as nn

from core_rnn.networks.dense import ExplicitMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class ExplicitPerceptron(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l), listed in setup: x [inputs] -> y [...]."""

  n: ExplicitMLP

  def setup(self):
    """The layers, which Linen names `layers_l`: y_l is [features[l]]."""
    self.layers = [DenseLayer(layer) for layer in self.n.layers.values()]

  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for name, layer in zip(self.n.layers, self.layers, strict=True):
      x = self.n.activated(name, layer(x))
    return x


@as_linen(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> nn.Module:
  return ExplicitPerceptron(n)
