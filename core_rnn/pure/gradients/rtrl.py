"""Sensitivities carried forward, with `jax.jvp`."""

from functools import partial

import jax

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.rtrl import RTRL
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time
from core_rnn.types import Sensitive


@as_pure(RTRL)
def rtrl(n: RTRL) -> Functions:
  cell = elman_cell(n.inner(Elman))

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, carry, x):
    run = lambda params, h: cell.step(params, h, x)[0]
    params = params['elman']
    h, dh = jax.jvp(run, (params, carry.h), (params, carry.dh))
    return Sensitive(h, dh), Sensitive(h, dh)

  return over_time(Cell(init, step), n.zero_carry, n.zero_padding)
