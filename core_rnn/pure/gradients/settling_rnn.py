"""A network that moves down an energy, with `jax.value_and_grad`."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.settling_rnn import SettlingRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(SettlingRNN)
def settling_rnn(n: SettlingRNN) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, h, x):
    def energy(h):
      error = h - cell.step(params['elman'], h, x)[0]
      return jnp.sum(jnp.square(error)) / 2

    y, grad = jax.value_and_grad(energy)(h)
    return h - n.rate * grad, y

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
