"""A network that goes down an energy, with `nn.value_and_grad`."""

from flax import linen as nn

from core_rnn.networks.gradients import SettlingRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class SettlingCell(nn.Module):
  """h_t = h_{t-1} - rate dE/dh, of [features]."""

  n: SettlingRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t [features], y_t []."""

    def energy(elman: nn.Module, h: Features):
      return self.n.energy(h, elman(h, x)[0])

    y, (slope,) = nn.value_and_grad(energy, self.elman, h)
    return self.n.moved(h, slope), y


@as_linen(SettlingRNN)
def settling_rnn(n: SettlingRNN) -> nn.Module:
  return OverTime(
    SettlingCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
