"""A cell over time by its own rule, with `lift.custom_vjp`."""

from core_rnn.equations.deferred_cells import rule
from core_rnn.networks.gradients import BPTT
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.deferred import deferred_over_time
from core_rnn.scope.sequences.rnn import CELLS


@as_scope(BPTT)
def bptt(n: BPTT) -> Function:
  return deferred_over_time(
    CELLS[n.cell](n.of_cell), rule(n.cell, n.reverse, n.unroll)
  )
