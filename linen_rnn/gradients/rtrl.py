"""Sensitivities carried forward, with `nn.jvp`."""

from typing import Any

from flax import linen as nn

from core_rnn.networks.gradients import RTRL
from core_rnn.types import Features, Inputs, Sensitive
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class SensitiveCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t) and dh_t, of [features]."""

  n: RTRL
  elman: ElmanCell

  def __call__(self, carry: Sensitive, x: Inputs):
    """(h, dh) [features], x_t [inputs] -> (h, dh), (h, dh) [features]."""

    def run(elman: nn.Module, h: Features):
      return elman(h, x)[0]

    if self.is_initializing():
      run(self.elman, carry.h)  # their tangents are made of the parameters
    tangents = {'params': self.elman.variables['params']}
    pushed: Any = nn.jvp(run, self.elman, (carry.h,), (carry.dh,), tangents)
    h, dh = pushed  # Flax annotates it as `vjp`
    return Sensitive(h, dh), Sensitive(h, dh)


@as_linen(RTRL)
def rtrl(n: RTRL) -> nn.Module:
  return OverTime(
    SensitiveCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
