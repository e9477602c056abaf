"""A network that remembers states alone, with `nn.checkpoint`."""

from flax import linen as nn

from core_rnn.networks.memory import RematRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class RematCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t), of [features], computed again going back."""

  elman: nn.Module

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    return self.elman(h, x)


@as_linen(RematRNN)
def remat_rnn(n: RematRNN) -> nn.Module:
  remat = nn.checkpoint(ElmanCell, prevent_cse=False, policy=n.policy)
  return OverTime(RematCell(remat(n)), n.first, zero_padding=n.zero_padding)
