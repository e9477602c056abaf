"""Gradients clipped through time, with `jax.custom_vjp`."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.clipped_rnn import ClippedRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> Functions:
  elman = n.inner(Elman)
  cell = elman_cell(elman)

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def backward(pull, d_outputs):
    d_params, d_h, d_x = pull(d_outputs)
    return d_params, jnp.clip(d_h, -n.limit, n.limit), d_x

  clipped = jax.custom_vjp(cell.step)
  clipped.defvjp(partial(jax.vjp, cell.step), backward)

  def step(params, h, x):
    return clipped(params['elman'], h, x)

  return over_time(Cell(init, step), elman.zero_carry, n.zero_padding)
