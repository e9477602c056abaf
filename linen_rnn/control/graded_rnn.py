"""A network with cells for inputs of several sizes, with `nn.switch`."""

from flax import linen as nn

from core_rnn.networks.control import GradedRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.over_time import OverTime


class GradedCell(nn.Module):
  """h_t = h_{t-1}, elman(h_{t-1}, x_t) or gru(h_{t-1}, x_t), of [features]."""

  n: GradedRNN
  elman: ElmanCell
  gru: GatedCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    branches = [
      lambda cell, h, x: (h, h),
      lambda cell, h, x: cell.elman(h, x),
      lambda cell, h, x: cell.gru(h, x),
    ]
    if self.is_initializing():  # each has its own parameters: all make them
      return [branch(self, h, x) for branch in branches][-1]
    return nn.switch(self.n.grade(x), branches, self, h, x)


@as_linen(GradedRNN)
def graded_rnn(n: GradedRNN) -> nn.Module:
  return OverTime(
    GradedCell(n, ElmanCell(n.elman), GatedCell(n.gru)),
    n.first,
    zero_padding=n.zero_padding,
  )
