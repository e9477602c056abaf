"""The fused LSTM, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.cells import OptimizedLSTM
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_params
from core_rnn.scope.parts.over_time import Cell, over_time


@as_scope(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Function:
  def step(scope: Scope, carry, x):
    def params(name, x):
      return scope.child(partial(dense_params, n.layers[name]), name)(x)

    return n.step(params, carry, x)

  return over_time(Cell(n.first, step), n.reverse, n.unroll, n.zero_padding)
