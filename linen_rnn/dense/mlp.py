"""The multilayer perceptron, as a module."""

from flax import linen as nn

from core_rnn.networks.dense.mlp import MLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class Perceptron(nn.Module):
  """The network: x [inputs] -> y [features[-1]]."""

  n: MLP

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """Return y of the last layer: [features[-1]]."""
    for i, (name, layer) in enumerate(self.n.layers.items()):
      inits = self.n.kernel_init, self.n.bias_init
      x = DenseLayer(layer, *inits, name=name)(x)
      if i != len(self.n.features) - 1:
        x = nn.relu(x)
    return x


@as_linen(MLP)
def mlp(n: MLP) -> nn.Module:
  return Perceptron(n)
