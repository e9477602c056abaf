"""A sample of an energy, with `nn.grad`."""

from flax import linen as nn
from flax.core import freeze

from core_rnn.networks.gradients import LangevinRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class LangevinCell(nn.Module):
  """h_t = h_{t-1} - rate dE/dh and noise, of [features]."""

  n: LangevinRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

    def energy(elman: nn.Module, h: Features):
      return self.n.energy(h, elman(h, x)[0])

    (slope,) = nn.grad(energy, self.elman, h)
    h = self.n.shaken(self.make_rng('noise'), self.n.moved(h, slope))
    return h, h


@as_linen(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> nn.Module:
  split = freeze({'noise': True})
  return OverTime(
    LangevinCell(n, ElmanCell(n)),
    n.first,
    zero_padding=n.zero_padding,
    split_rngs=split,
  )
