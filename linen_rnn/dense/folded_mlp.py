"""The multilayer perceptron, with folded keys, by `nn.fold_rngs`."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.dense.folded_mlp import FoldedMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class FoldedPerceptron(nn.Module):
  """The network: x [inputs] -> y [features[-1]].

  Attributes:
    n: the hyperparameters.
    folded: the class of each layer, under the transform.
  """

  n: FoldedMLP
  folded: Mapping[str, Callable[..., nn.Module]]

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """Return y of the last layer: [features[-1]]."""
    for i, (name, layer) in enumerate(self.n.layers.items()):
      inits = self.n.kernel_init, self.n.bias_init
      x = self.folded[name](layer, *inits, name=name)(x)
      if i != len(self.n.features) - 1:
        x = nn.relu(x)
    return x


@as_linen(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> nn.Module:
  layers = {name: nn.fold_rngs(DenseLayer) for name in n.layers}
  return FoldedPerceptron(n, layers)
