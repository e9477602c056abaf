"""A cell over time by its own rule, with `nn.custom_vjp`."""

from flax import linen as nn

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import ended, padded
from core_rnn.networks.gradients import BPTT
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.deferred import deferred


class Deferred(nn.Module):
  """xs [time, inputs] -> h_time and every h_t [time, features]."""

  n: BPTT
  cell: nn.Module

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, inputs] -> h_time and every h_t [time, features]."""
    n = self.n
    h = n.of_cell.first(xs) if initial_carry is None else initial_carry
    run = deferred(rule(n.cell, n.reverse, n.unroll))
    valid, xs = padded(xs, seq_length)
    carry, ys = run(self.cell, h, xs, valid)
    return carry, ended(ys, seq_length, n.zero_padding)


@as_linen(BPTT)
def bptt(n: BPTT) -> nn.Module:
  return Deferred(n, CELLS[n.cell](n.of_cell))
