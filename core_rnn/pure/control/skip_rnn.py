"""A network that skips steps, with `lax.cond`."""

from functools import partial

from jax import lax

from core_rnn.networks.control import SkipRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(SkipRNN)
def skip_rnn(n: SkipRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def skip(h: Features, x: Inputs):
    return h, h

  def step(params, h: Features, x: Inputs):
    update = partial(elman.step, params['elman'])
    return lax.cond(n.wakes(x), update, skip, h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
