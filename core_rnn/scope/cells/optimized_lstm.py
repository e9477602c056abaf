"""The fused LSTM, as a function on a scope."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.cells import OptimizedLSTM
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_params
from core_rnn.scope.parts.over_time import Cell, over_time


def fused_cell(n: OptimizedLSTM) -> Cell:
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  def step(scope: Scope, carry, x):
    def params(name, x):
      return scope.child(partial(dense_params, n.layers[name]), name)(x)

    return n.step(params, carry, x)

  return Cell(n.first, step)


@as_scope(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Function:
  return over_time(fused_cell(n), n.reverse, n.unroll, n.zero_padding)
