"""The repeated network, with `times_over`."""

from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from equivalence_tests.templates.transform.linen.transforms.times_over import (
  times_over,
)
from equivalence_tests.templates.transform.network import MyRnn
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class MyRnnCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: MyRnn
  elman: ElmanCell

  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    turn = lambda cell, h: cell(h, x)[0]
    h = times_over(turn, self.n.turns)(self.elman, h)
    return h, h


@as_linen(MyRnn)
def my_rnn(n: MyRnn) -> nn.Module:
  elman = n.inner(Elman)
  cell = MyRnnCell(n, ElmanCell(elman))
  return OverTime(cell, elman.zero_carry, n.zero_padding)
