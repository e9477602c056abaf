"""A leaky network, with `lax.scan`."""

from functools import partial

from jax import numpy as jnp

from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs
from equivalence_tests.templates.model.network import MyRnn


@as_pure(MyRnn)
def my_rnn(n: MyRnn) -> Functions:
  def init(draw, shape):
    recurrent, input = partial(draw, 'recurrent'), partial(draw, 'input')
    return {
      'recurrent': dense_init(recurrent, n.recurrent, n.features),
      'input': dense_init(input, n.input, shape[-1]),
    }

  def step(params, h: Features, x: Inputs):
    recurrent = dense_apply(n, params['recurrent'], h)
    new = jnp.tanh(recurrent + dense_apply(n, params['input'], x))
    h = n.leak * h + (1 - n.leak) * new
    return h, h

  return over_time(Cell(init, n.first, step))
