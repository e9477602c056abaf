"""A perceptron that draws as a jitted one, with `nn.fold_rngs`."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.dense import FoldedMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class FoldedPerceptron(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l): x [inputs] -> y [features[-1]]."""

  n: FoldedMLP
  folded: Mapping[str, Callable[..., nn.Module]]

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for name, layer in self.n.layers.items():
      x = self.n.activated(name, self.folded[name](layer, name=name)(x))
    return x


@as_linen(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> nn.Module:
  layers = {name: nn.fold_rngs(DenseLayer) for name in n.layers}
  return FoldedPerceptron(n, layers)
