"""Gradients clipped through time, with `nn.custom_vjp`."""

from functools import partial

from flax import linen as nn

from core_rnn.networks.gradients import ClippedRNN
from core_rnn.types import Features, Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class ClippedCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t), the slope by h_{t-1} clipped: [features]."""

  n: ClippedRNN
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    if self.is_initializing():
      return self.elman(h, x)

    def backward(pull, slopes):
      params, h, x = pull(slopes)
      return params, self.n.clipped(h), x

    run = ElmanCell.__call__
    clipped = nn.custom_vjp(run, partial(nn.vjp, run), backward)
    # it returns parameters that may move, and in a loop these may not
    frozen = nn.map_variables(clipped, 'params')
    return frozen(self.elman, h, x)


@as_linen(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> nn.Module:
  return OverTime(
    ClippedCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
