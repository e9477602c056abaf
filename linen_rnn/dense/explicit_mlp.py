"""The multilayer perceptron, with its layers made in setup."""

from flax import linen as nn

from core_rnn.networks.dense.explicit_mlp import ExplicitMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class ExplicitPerceptron(nn.Module):
  """The network: x [inputs] -> y [features[-1]]."""

  n: ExplicitMLP

  def setup(self):
    """Make the layers, which Linen names `layers_l`: [features[l]]."""
    self.layers = [
      DenseLayer(layer, self.n.kernel_init, self.n.bias_init)
      for layer in self.n.layers.values()
    ]

  def __call__(self, x: Inputs) -> Features:
    """Return y of the last layer: [features[-1]]."""
    for i, layer in enumerate(self.layers):
      x = layer(x)
      if i != len(self.layers) - 1:
        x = nn.relu(x)
    return x


@as_linen(ExplicitMLP)
def explicit_mlp(n: ExplicitMLP) -> nn.Module:
  return ExplicitPerceptron(n)
