"""The multilayer perceptron, with each layer compiled by `nn.jit`."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.dense.jit_mlp import JitMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class JitPerceptron(nn.Module):
  """The network: x [inputs] -> y [features[-1]].

  Attributes:
    n: the hyperparameters.
    jitted: the class of each layer, under the transform.
  """

  n: JitMLP
  jitted: Mapping[str, Callable[..., nn.Module]]

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """Return y of the last layer: [features[-1]]."""
    for i, (name, layer) in enumerate(self.n.layers.items()):
      inits = self.n.kernel_init, self.n.bias_init
      x = self.jitted[name](layer, *inits, name=name)(x)
      if i != len(self.n.features) - 1:
        x = nn.relu(x)
    return x


@as_linen(JitMLP)
def jit_mlp(n: JitMLP) -> nn.Module:
  # A class for each layer: the layers of one class share the cache of
  # nn.jit, so one of them would run what another one compiled.
  layers = {name: nn.jit(DenseLayer) for name in n.layers}
  return JitPerceptron(n, layers)
