"""A network that skips steps, with `nn.cond`."""

from flax import linen as nn

from core_rnn.networks.control import SkipRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


def skip(cell: nn.Module, h: Features, x: Inputs):
  """h_{t-1} [features] as it is: h, h."""
  return h, h


class SkipCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t) or h_{t-1}, of [features]."""

  n: SkipRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    if self.is_initializing():
      return self.elman(h, x)  # one branch alone may make no parameters
    update = ElmanCell.__call__
    return nn.cond(self.n.wakes(x), update, skip, self.elman, h, x)


@as_linen(SkipRNN)
def skip_rnn(n: SkipRNN) -> nn.Module:
  return OverTime(
    SkipCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
