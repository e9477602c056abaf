"""A cell run several times for each input, with `times_over`."""

from flax import linen as nn

from core_rnn.types import Features, Inputs
from equivalence_tests.templates.transform.linen.transforms.times_over import (
  times_over,
)
from equivalence_tests.templates.transform.network import MyRnn
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class MyRnnCell(nn.Module):
  """h_t = elman(h, x_t), turns times over, of [features]."""

  n: MyRnn
  elman: ElmanCell

  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    turn = lambda cell, h: cell(h, x)[0]
    h = times_over(turn, self.n.turns)(self.elman, h)
    return h, h


@as_linen(MyRnn)
def my_rnn(n: MyRnn) -> nn.Module:
  return OverTime(MyRnnCell(n, ElmanCell(n)), n.first)
