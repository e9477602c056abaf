"""A cell over a batch of sequences: `lift.scan` and `lift.vmap`."""

from functools import partial

from flax.core import Scope, lift

from core_rnn.networks.sequences.rnn import RNN
from core_rnn.outputs import Runner, arrange_outputs
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.custom_backward import batch_with_backward
from core_rnn.scope.parts.init_cell import init_cell


def over_time(n: Runner, cell: Function, scope: Scope, xs, h_0, length):
  """Return h, ys of one sequence: xs [time, inputs]."""
  h_0 = n.inner_cell.zero_carry(xs) if h_0 is None else h_0

  def step(scope: Scope, h, valid_x):
    return freeze_carry(partial(cell, scope), h_0)(h, valid_x)

  scan = lift.scan(
    step,
    variable_broadcast='params',  # every step reads the same ones,
    split_rngs={'params': False},  # which are drawn from one key
    reverse=n.reverse,
    unroll=n.unroll,
  )
  valid_xs = mark_padding(xs, length, n.reverse)
  h, ys = scope.child(scan, 'cell')(h_0, valid_xs)
  return h, fill_padding(ys, length, n.zero_padding)


def rnn_layer(n: Runner) -> Function:
  """Return a network over a batch: scope, xs, ... -> outputs."""
  axis = 1 if n.time_major else 0
  cell = CELLS[n.cell](n.inner_cell)
  loops = lift.vmap(
    partial(over_time, n, cell),
    variable_axes={'params': None},  # the same for every sequence
    split_rngs={'params': False},
    in_axes=(axis, 0, 0),
    out_axes=(0, axis),
  )

  def network(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    init_cell(n, cell, scope, xs)
    batch = batch_with_backward(n, scope) if n.deferred else loops
    h, ys = batch(scope, xs, initial_carry, seq_lengths)
    ys = arrange_outputs(n, xs, initial_carry, ys, seq_lengths)
    return (h, ys) if n.return_carry else ys

  return network


@as_scope(RNN)
def rnn(n: RNN) -> Function:
  return rnn_layer(n)
