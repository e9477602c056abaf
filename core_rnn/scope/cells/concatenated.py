"""The concatenated cell, with `lift.scan`."""

from core_rnn.networks.cells import Concatenated
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.gated import gated_cell
from core_rnn.scope.parts.over_time import over_time


@as_scope(Concatenated)
def concatenated(n: Concatenated) -> Function:
  return over_time(gated_cell(n), n.reverse, n.unroll, n.zero_padding)
