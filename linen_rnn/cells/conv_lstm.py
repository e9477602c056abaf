"""The convolutional LSTM, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells import ConvLSTM
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.conv import ConvLayer
from linen_rnn.parts.over_time import OverTime


class ConvLSTMCell(nn.Module):
  """(c, h), x -> (c, h), h: all [height, width, ...], of inputs or features."""

  n: ConvLSTM

  @nn.compact
  def __call__(self, carry, x):
    """(c, h), x -> (c, h), h: all [height, width, ...]."""

    def layer(name, x):
      return ConvLayer(self.n.layers[name], name=name)(x)

    return self.n.step(layer, carry, x)


@as_linen(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> nn.Module:
  return OverTime(ConvLSTMCell(n), n.first, n.reverse, n.unroll, n.zero_padding)
