"""Zoneout, as functions of parameters."""

from functools import partial

from core_rnn.networks.chance import Zoneout
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(Zoneout)
def zoneout(n: Zoneout) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs, zoneout=None):
    new, _ = elman.step(params['elman'], h, x)
    # the second draw: lift.scan has traced its body once before the loop
    h = n.mixed(zoneout and zoneout(2), h, new)
    return h, h

  split = {} if n.deterministic else {'zoneout': n.split_rngs}
  return over_time(
    Cell(init, n.first, step), zero_padding=n.zero_padding, split_rngs=split
  )
