"""A cell over time by its own rule, with `nn.custom_vjp`."""

from flax import linen as nn

from core_rnn.equations.deferred_cells import rule
from core_rnn.networks.gradients import BPTT
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.deferred import DeferredOverTime
from linen_rnn.sequences.rnn import CELLS


@as_linen(BPTT)
def bptt(n: BPTT) -> nn.Module:
  return DeferredOverTime(
    CELLS[n.cell](n.of_cell), n.of_cell.first, rule(n.cell, n.reverse, n.unroll)
  )
