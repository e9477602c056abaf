"""A local rule of learning, with `jax.vjp`."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.networks.gradients import LocalRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Inputs, Traced


@as_pure(LocalRNN)
def local_rnn(n: LocalRNN) -> Functions:
  elman = elman_cell(n)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  def step(params, carry: Traced, x: Inputs):
    def activity(params):
      h, _ = elman.step(params, carry.h, x)
      return n.activity(h), h

    y, pull, h = jax.vjp(activity, params['elman'], has_aux=True)
    (slopes,) = pull(jnp.ones_like(y))
    return Traced(h, n.traced(carry.traces, slopes)), h

  return over_time(Cell(init, n.first, step), zero_padding=n.zero_padding)
