"""A cell run several times for each input, with `times_over`."""

from functools import partial

from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs
from equivalence_tests.templates.transform.network import MyRnn
from equivalence_tests.templates.transform.pure.transforms.times_over import (
  times_over,
)


@as_pure(MyRnn)
def my_rnn(n: MyRnn) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs):
    def turn(i, nothing, h):
      return nothing, elman.step(params['elman'], h, x)[0]

    _, h = times_over(turn, n.turns)((), h)
    return h, h

  return over_time(Cell(init, n.first, step))
