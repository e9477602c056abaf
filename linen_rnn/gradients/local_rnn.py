"""A local rule of learning, with `nn.vjp`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.gradients import LocalRNN
from core_rnn.types import Inputs, Traced
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class LocalCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t) [features], and traces like the parameters."""

  n: LocalRNN
  elman: ElmanCell

  def __call__(self, carry: Traced, x: Inputs):
    """(h, traces), x_t [inputs] -> (h, traces), h [features]."""

    def activity(elman: nn.Module):
      h, _ = elman(carry.h, x)
      return self.n.activity(h), h

    if self.is_initializing():
      activity(self.elman)  # of parameters that are there, there are slopes
    y, pull, h = nn.vjp(activity, self.elman, has_aux=True)
    (slopes,) = pull(jnp.ones_like(y))
    traces = self.n.traced(carry.traces, slopes['params'])
    return Traced(h, traces), h


@as_linen(LocalRNN)
def local_rnn(n: LocalRNN) -> nn.Module:
  return OverTime(
    LocalCell(n, ElmanCell(n)), n.first, zero_padding=n.zero_padding
  )
