"""A network that goes down an energy, with `jax.value_and_grad`."""

from functools import partial

import jax

from core_rnn.networks.gradients import SettlingRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(SettlingRNN)
def settling_rnn(n: SettlingRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs):
    def energy(h: Features):
      return n.energy(h, elman.step(params['elman'], h, x)[0])

    y, slope = jax.value_and_grad(energy)(h)
    return n.moved(h, slope), y

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
