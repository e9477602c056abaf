"""A cell over a batch of sequences: `lax.scan` and `jax.vmap`."""

from functools import partial

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.sequences.rnn import RNN
from core_rnn.outputs import Runner, arrange_outputs
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Cell, Functions, as_pure
from core_rnn.pure.parts.cells import CELLS
from core_rnn.pure.parts.custom_backward import batch_with_backward


def over_time(n: Runner, cell: Cell, params, xs, h_0, length):
  """Return h, ys of one sequence: xs [time, inputs]."""
  h_0 = n.inner_cell.zero_carry(xs) if h_0 is None else h_0
  step = freeze_carry(partial(cell.step, params), h_0)
  scan = partial(lax.scan, reverse=n.reverse, unroll=n.unroll)
  h, ys = scan(step, h_0, mark_padding(xs, length, n.reverse))
  return h, fill_padding(ys, length, n.zero_padding)


def rnn_layer(n: Runner) -> Functions:
  """Return draw, inputs -> params, and params, xs, ... -> outputs."""
  axis = 1 if n.time_major else 0
  cell = CELLS[n.cell](n.inner_cell)

  def init(draw, inputs):
    return {'cell': cell.init(partial(draw, 'cell'), inputs)}

  def apply(params, xs, initial_carry=None, seq_lengths=None):
    one = partial(over_time, n, cell)
    batch = jax.vmap(one, (None, axis, 0, 0), (0, axis))
    batch = batch_with_backward(n) if n.deferred else batch
    h, ys = batch(params['cell'], xs, initial_carry, seq_lengths)
    ys = arrange_outputs(n, xs, initial_carry, ys, seq_lengths)
    return (h, ys) if n.return_carry else ys

  return init, apply


@as_pure(RNN)
def rnn(n: RNN) -> Functions:
  layer_init, layer_apply = rnn_layer(n)

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    draw = partial(derive, rngs['params'])
    return {'params': layer_init(draw, xs.shape[-1])}

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    given = initial_carry, seq_lengths
    return layer_apply(variables['params'], xs, *given)

  return init, apply
