"""Sensitivities carried forward, with `nn.jvp`."""

from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.rtrl import RTRL
from core_rnn.types import Sensitive
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class SensitiveCell(nn.Module):
  """The parameters and the step: (h, dh), x -> (h, dh), (h, dh)."""

  n: RTRL

  @nn.compact
  def __call__(self, carry, x):
    """Return (h_t, dh_t), each [features], twice."""
    cell = ElmanCell(self.n.inner(Elman), name='elman')

    def run(elman: nn.Module, h):
      return elman(h, x)[0]

    if self.is_initializing():
      run(cell, carry.h)  # the tangents need the parameters
    tangents = {'params': cell.variables['params']}
    h, dh = nn.jvp(run, cell, (carry.h,), (carry.dh,), tangents)
    return Sensitive(h, dh), Sensitive(h, dh)


@as_linen(RTRL)
def rtrl(n: RTRL) -> nn.Module:
  return OverTime(SensitiveCell(n), n.zero_carry, n.zero_padding)
