"""Traces of a local learning rule, with `jax.vjp`."""

from functools import partial

import jax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.local_rnn import LocalRNN
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.cells.elman import elman_cell
from core_rnn.pure.parts.over_time import over_time
from core_rnn.types import Traced


@as_pure(LocalRNN)
def local_rnn(n: LocalRNN) -> Functions:
  cell = elman_cell(n.inner(Elman))

  def init(draw, inputs):
    return {'elman': cell.init(partial(draw, 'elman'), inputs)}

  def step(params, carry, x):
    def activity(params):
      h, _ = cell.step(params, carry.h, x)
      return jnp.sum(jnp.square(h)) / 2, h

    y, pull, h = jax.vjp(activity, params['elman'], has_aux=True)
    (gradients,) = pull(jnp.ones_like(y))
    update = lambda e, gradient: n.decay * e + gradient
    return Traced(h, jax.tree.map(update, carry.traces, gradients)), h

  return over_time(Cell(init, step), n.zero_carry, n.zero_padding)
