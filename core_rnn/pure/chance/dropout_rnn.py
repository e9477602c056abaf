"""Recurrent dropout, as functions of parameters."""

from functools import partial

from core_rnn.networks.chance import DropoutRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(DropoutRNN)
def dropout_rnn(n: DropoutRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs, dropout=None):
    if dropout is not None:
      # the second draw: lift.scan has traced its body once before the loop
      h = n.dropout.dropped(dropout('dropout', 2), h)
    return elman.step(params['elman'], h, x)

  split = {} if n.deterministic else {'dropout': n.split_rngs}
  return over_time(
    Cell(init, n.first, step), zero_padding=n.zero_padding, split_rngs=split
  )
