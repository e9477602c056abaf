"""A network of several cells, with `lax.switch`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.cells.gru import GRU
from core_rnn.networks.control.graded_rnn import GradedRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.cells.gru import gru_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(GradedRNN)
def graded_rnn(n: GradedRNN) -> Functions:
  elman, gru = elman_cell(n.inner(Elman)), gru_cell(n.inner(GRU))

  def init(draw, inputs):
    small = elman.init(partial(draw, 'elman'), inputs)
    large = gru.init(partial(draw, 'gru'), inputs)
    return {'elman': small, 'gru': large}

  def keep(h, x):
    return h, h

  def step(params, h, x):
    small = partial(elman.step, params['elman'])
    large = partial(gru.step, params['gru'])
    size = jnp.abs(x).max()
    above = [size > n.threshold, size > 2 * n.threshold]
    grade = sum(one.astype(jnp.int32) for one in above)
    return lax.switch(grade, [keep, small, large], h, x)

  zero_carry = n.inner(Elman).zero_carry
  return over_time(Cell(init, step), zero_carry, n.zero_padding)
