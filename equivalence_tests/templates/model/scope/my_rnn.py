"""A leaky network, with `lift.scan`."""

from functools import partial

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.parts.over_time import Cell, over_time
from core_rnn.types import Features, Inputs
from equivalence_tests.templates.model.network import MyRnn


@as_scope(MyRnn)
def my_rnn(n: MyRnn) -> Function:
  def step(scope: Scope, h: Features, x: Inputs):
    recurrent = scope.child(partial(dense_layer, n.recurrent), 'recurrent')(h)
    input = scope.child(partial(dense_layer, n.input), 'input')(x)
    new = jnp.tanh(recurrent + input)
    h = n.leak * h + (1 - n.leak) * new
    return h, h

  return over_time(Cell(n.first, step))
