"""A causal kernel, as functions of parameters."""

from functools import partial

from core_rnn.networks.views import CausalRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(CausalRNN)
def causal_rnn(n: CausalRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': n.seen(elman.init(partial(draw, 'elman'), shape))}

  def step(params, h: Features, x: Inputs):
    return elman.step(n.seen(params['elman']), h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
