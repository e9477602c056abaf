"""A network that looks at an input several times, with `nn.while_loop`."""

from flax import linen as nn

from core_rnn.networks.control import Pondering, PonderRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class PonderCell(nn.Module):
  """h_t = elman(h, x_t), of an h that was there before, [features]."""

  n: PonderRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    if self.is_initializing():
      return self.elman(h, x)  # a loop may make no parameters

    def again(cell: nn.Module, now: Pondering):
      return self.n.looked(now, cell(now.h, x)[0])

    goes_on = lambda cell, now: self.n.goes_on(now)
    begin = self.n.begin(h, x)
    now = nn.while_loop(goes_on, again, self.elman, begin)
    return self.elman(now.h, x)


@as_linen(PonderRNN)
def ponder_rnn(n: PonderRNN) -> nn.Module:
  return OverTime(
    PonderCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
