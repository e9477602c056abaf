"""A cell over time by its own rule, with `lift.custom_vjp`."""

from flax.core import Scope

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import ended, padded
from core_rnn.networks.gradients import BPTT
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.deferred import deferred


@as_scope(BPTT)
def bptt(n: BPTT) -> Function:
  cell = CELLS[n.cell](n.of_cell)
  run = deferred(cell, rule(n.cell, n.reverse, n.unroll))

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    h = cell.first(xs) if initial_carry is None else initial_carry
    valid, xs = padded(xs, seq_length)
    carry, ys = scope.child(run, 'cell')(h, xs, valid)
    return carry, ended(ys, seq_length, n.zero_padding)

  return network
