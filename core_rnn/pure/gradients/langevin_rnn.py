"""Langevin dynamics of an energy, with `jax.grad`."""

from functools import partial

import jax
from jax import lax, random
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.langevin_rnn import LangevinRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell


def langevin_cell(n: LangevinRNN) -> Cell:
  """Return the parameters and the step: key, h, x -> h, h."""
  cell = elman_cell(n.inner(Elman))

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, key, h, x):
    def energy(h):
      error = h - cell.step(params['elman'], h, x)[0]
      return jnp.sum(jnp.square(error)) / 2

    grad = jax.grad(energy)(h)
    scale = (2 * n.rate * n.temperature) ** 0.5
    key = derive(key, 'cell', 2)  # draw 1: the trace before the loop
    h = h - n.rate * grad + scale * random.normal(key, h.shape, h.dtype)
    return h, h

  return Cell(init, step)


@as_pure(LangevinRNN)
def langevin_rnn(n: LangevinRNN) -> Functions:
  cell, zero_carry = langevin_cell(n), n.inner(Elman).zero_carry

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, rngs, initial_carry=None, seq_length=None):
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(h, key_x):
      key, valid_x = key_x
      step = partial(cell.step, variables['params']['cell'], key)
      return freeze_carry(step, h_0)(h, valid_x)

    valid_xs = mark_padding(xs, seq_length)
    keys = random.split(random.clone(rngs['noise']), len(xs))
    h, hs = lax.scan(step, h_0, (keys, valid_xs))
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
