"""Sensitivities carried forward, with `jax.jvp`."""

from functools import partial

import jax

from core_rnn.networks.gradients import RTRL
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Inputs, Sensitive


@as_pure(RTRL)
def rtrl(n: RTRL) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, carry: Sensitive, x: Inputs):
    run = lambda params, h: elman.step(params, h, x)[0]
    params = params['elman']
    h, dh = jax.jvp(run, (params, carry.h), (params, carry.dh))
    return Sensitive(h, dh), Sensitive(h, dh)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
