"""A sample of an energy, with `jax.grad`."""

from functools import partial

import jax

from core_rnn.networks.gradients import LangevinRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs, noise):
    def energy(h: Features):
      return n.energy(h, elman.step(params['elman'], h, x)[0])

    slope = jax.grad(energy)(h)
    # the second draw: lift.scan has traced its body once before the loop
    h = n.shaken(noise(2), n.moved(h, slope))
    return h, h

  return over_time(
    Cell(init, n.first, step),
    zero_padding=n.zero_padding,
    split_rngs={'noise': True},
  )
