"""The GRU, with `lax.scan`."""

from core_rnn.networks.cells import GRU
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.gated import gated_cell
from core_rnn.pure.parts.over_time import over_time


@as_pure(GRU)
def gru(n: GRU) -> Functions:
  return over_time(gated_cell(n), n.reverse, n.unroll, n.zero_padding)
