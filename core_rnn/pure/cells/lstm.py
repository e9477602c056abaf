"""The LSTM, with `lax.scan`."""

from core_rnn.networks.cells import LSTM
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(LSTM)
def lstm(n: LSTM) -> Functions:
  return over_time(gated_cell(n), n.reverse, n.unroll, n.zero_padding)
