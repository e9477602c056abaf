"""A causal kernel, with `nn.map_variables`."""

from flax import linen as nn

from core_rnn.networks.views import CausalRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class CausalCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t), of [features], its kernel masked."""

  n: CausalRNN

  @nn.compact
  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

    def seen(collections):
      return {'params': self.n.seen(collections['params'])}

    first = self.is_initializing()
    causal = nn.map_variables(ElmanCell, 'params', seen, init=first)
    return causal(self.n, name='elman')(h, x)


@as_linen(CausalRNN)
def causal_rnn(n: CausalRNN) -> nn.Module:
  return OverTime(CausalCell(n), n.first, zero_padding=n.zero_padding)
