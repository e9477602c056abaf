"""A network that looks at an input several times, with `lax.while_loop`."""

from functools import partial

from core_rnn.networks.control import Pondering, PonderRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.numbered_loop import numbered_loop
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(PonderRNN)
def ponder_rnn(n: PonderRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs):
    look = partial(elman.step, params['elman'])

    def again(_, now: Pondering):
      return n.looked(now, look(now.h, x)[0])

    goes_on = lambda _, now: n.goes_on(now)
    now = numbered_loop(goes_on, again, n.begin(h, x))
    return look(now.h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
