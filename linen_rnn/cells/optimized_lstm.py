"""The fused LSTM, as a module."""

from flax import linen as nn

from core_rnn.networks.cells import OptimizedLSTM
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseParams
from linen_rnn.parts.over_time import OverTime


class FusedCell(nn.Module):
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  n: OptimizedLSTM

  @nn.compact
  def __call__(self, carry, x):
    """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

    def params(name, x):
      return DenseParams(self.n.layers[name], name=name)(x)

    return self.n.step(params, carry, x)


@as_linen(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> nn.Module:
  return OverTime(FusedCell(n), n.first, n.reverse, n.unroll, n.zero_padding)
