"""A cell over time by its own rule, with `jax.custom_vjp`."""

from core_rnn.equations.deferred_cells import rule
from core_rnn.networks.gradients import BPTT
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.deferred import deferred_over_time
from core_rnn.pure.sequences.rnn import CELLS


@as_pure(BPTT)
def bptt(n: BPTT) -> Functions:
  return deferred_over_time(
    CELLS[n.cell](n.of_cell), rule(n.cell, n.reverse, n.unroll)
  )
