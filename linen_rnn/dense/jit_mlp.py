"""A perceptron of jitted layers, as a module."""

from collections.abc import Callable, Mapping

from flax import linen as nn

from core_rnn.networks.dense import JitMLP
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class JitPerceptron(nn.Module):
  """y_l = relu(y_{l-1} W_l + b_l): x [inputs] -> y [features[-1]]."""

  n: JitMLP
  jitted: Mapping[str, Callable[..., nn.Module]]

  @nn.compact
  def __call__(self, x: Inputs) -> Features:
    """x [inputs] -> y [features[-1]]."""
    for name, layer in self.n.layers.items():
      x = self.n.activated(name, self.jitted[name](layer, name=name)(x))
    return x


@as_linen(JitMLP)
def jit_mlp(n: JitMLP) -> nn.Module:
  # one for each: what one compiles, another of its shape would find
  return JitPerceptron(n, {name: nn.jit(DenseLayer) for name in n.layers})
