"""The fused LSTM, as functions of parameters."""

from core_rnn.networks.cells import OptimizedLSTM
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Functions:
  def step(params, carry, x):
    return n.step(lambda name, _: params[name], carry, x)

  cell = gated_cell(n)._replace(step=step)
  return over_time(cell, n.reverse, n.unroll, n.zero_padding)
