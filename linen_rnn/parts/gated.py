"""A cell of dense layers: a submodule for each, and the step of n."""

from flax import linen as nn

from core_rnn.networks.cells import Layered
from linen_rnn.dense.dense import DenseLayer


class GatedCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, y_t, as n has them."""

  n: Layered

  @nn.compact
  def __call__(self, carry, x):
    """h_{t-1} [features], x_t [inputs] -> h_t, y_t."""

    def layer(name, x):
      return DenseLayer(self.n.layers[name], name=name)(x)

    return self.n.step(layer, carry, x)
