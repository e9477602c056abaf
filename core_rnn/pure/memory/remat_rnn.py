"""A network that remembers states alone, with `jax.checkpoint`."""

from functools import partial

import jax

from core_rnn.networks.memory import RematRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs


@as_pure(RematRNN)
def remat_rnn(n: RematRNN) -> Functions:
  elman = elman_cell(n)
  remat = jax.checkpoint(elman.step, prevent_cse=False, policy=n.policy)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, h: Features, x: Inputs):
    return remat(params['elman'], h, x)

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
