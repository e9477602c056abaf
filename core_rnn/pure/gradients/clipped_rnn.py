"""Gradients clipped through time, with `jax.custom_vjp`."""

from functools import partial

import jax

from core_rnn.networks.gradients import ClippedRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def backward(pull, slopes):
    params, h, x = pull(slopes)
    return params, n.clipped(h), x

  clipped = jax.custom_vjp(elman.step)
  clipped.defvjp(partial(jax.vjp, elman.step), backward)

  def step(params, h: Features, x: Inputs):
    return clipped(params['elman'], h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
