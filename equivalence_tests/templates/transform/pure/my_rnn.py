"""The repeated network, with `times_over`."""

from functools import partial

from core_rnn.networks.cells.elman import Elman
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time
from equivalence_tests.templates.transform.network import MyRnn
from equivalence_tests.templates.transform.pure.transforms.times_over import (
  times_over,
)


@as_pure(MyRnn)
def my_rnn(n: MyRnn) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, h, x):
    def turn(i, nothing, h):
      return nothing, cell.step(params['elman'], h, x)[0]

    _, h = times_over(turn, n.turns)((), h)
    return h, h

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
