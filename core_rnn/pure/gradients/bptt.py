"""A cell over time by its own rule, with `jax.custom_vjp`."""

from functools import partial

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import ended, padded
from core_rnn.keys import derive
from core_rnn.networks.gradients import BPTT
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.cells import CELLS
from core_rnn.pure.parts.deferred import deferred


@as_pure(BPTT)
def bptt(n: BPTT) -> Functions:
  cell = CELLS[n.cell](n.of_cell)
  run = deferred(rule(n.cell, n.reverse, n.unroll))

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[1:])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h = cell.first(xs) if initial_carry is None else initial_carry
    valid, xs = padded(xs, seq_length)
    carry, ys = run(variables['params']['cell'], h, xs, valid)
    return carry, ended(ys, seq_length, n.zero_padding)

  return init, apply
