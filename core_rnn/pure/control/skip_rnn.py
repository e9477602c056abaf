"""A network that skips steps, with `lax.cond`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.skip_rnn import SkipRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(SkipRNN)
def skip_rnn(n: SkipRNN) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def skip(h, x):
    return h, h

  def step(params, h, x):
    update = partial(cell.step, params['elman'])
    is_large = jnp.abs(x).max() > n.threshold
    return lax.cond(is_large, update, skip, h, x)

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
