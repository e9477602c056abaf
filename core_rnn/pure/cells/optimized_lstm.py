"""The fused LSTM, as functions of parameters."""

from core_rnn.networks.cells import OptimizedLSTM
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import Cell, over_time


def fused_cell(n: OptimizedLSTM) -> Cell:
  """(c, h), x -> (c, h), h: x [inputs], the others [features]."""

  def step(params, carry, x):
    return n.step(lambda name, _: params[name], carry, x)

  return gated_cell(n)._replace(step=step)


@as_pure(OptimizedLSTM)
def optimized_lstm(n: OptimizedLSTM) -> Functions:
  return over_time(fused_cell(n), n.reverse, n.unroll, n.zero_padding)
