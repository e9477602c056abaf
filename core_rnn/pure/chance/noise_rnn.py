"""Noise in the state, as functions of parameters."""

from functools import partial

from core_rnn.networks.chance import NoiseRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(NoiseRNN)
def noise_rnn(n: NoiseRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs, noise=None):
    h, _ = elman.step(params['elman'], h, x)
    if noise is not None:
      # the second draw: lift.scan has traced its body once before the loop
      h = n.noisy(noise(2), h)
    return h, h

  split = {} if n.deterministic else {'noise': n.split_rngs}
  return over_time(
    Cell(init, n.first, step), zero_padding=n.zero_padding, split_rngs=split
  )
