"""A cell over a batch: every sequence of it by itself, over time."""

from functools import partial

import jax

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import batch_of_sequences
from core_rnn.networks.sequences import Run
from core_rnn.pure.as_pure import Functions
from core_rnn.pure.parts.deferred import deferred
from core_rnn.pure.parts.over_time import Cell, over_time


def over_batch(cell: Cell, n: Run) -> Functions:
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  How it goes, and what it returns, n says.
  """
  init_one, apply_one = over_time(cell, n.reverse, n.unroll)
  axis = 1 if n.time_major else 0
  run = deferred(rule(n.cell, n.reverse, n.unroll))

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    shape = list(xs.shape)
    del shape[axis]
    return init_one(rngs, jax.ShapeDtypeStruct(shape, xs.dtype))

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    if n.deferred:
      whole = partial(run, variables['params']['cell'])
      rnn = batch_of_sequences(whole, cell.first, axis)
    else:
      one = partial(apply_one, variables)
      rnn = jax.vmap(one, (axis, 0, 0), (0, axis))
    given = xs, initial_carry, seq_lengths
    return n.returned(*given, *rnn(*given))

  return init, apply
