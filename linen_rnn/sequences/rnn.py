"""A cell over a batch of sequences: `nn.scan` and `nn.vmap`."""

from functools import partial

from flax import linen as nn

from core_rnn.networks.sequences.rnn import RNN
from core_rnn.outputs import Runner, arrange_outputs
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.custom_backward import batch_with_backward
from linen_rnn.parts.init_cell import init_cell


def over_time(n: Runner, cell: nn.Module, xs, h_0, length):
  """Return h, ys of one sequence: xs [time, inputs]."""
  h_0 = n.inner_cell.zero_carry(xs) if h_0 is None else h_0

  def step(cell, h, valid_x):
    return freeze_carry(cell, h_0)(h, valid_x)

  scan = nn.scan(
    step,
    variable_broadcast='params',  # every step reads the same ones,
    split_rngs={'params': False},  # which are drawn from one key
    reverse=n.reverse,
    unroll=n.unroll,
  )
  h, ys = scan(cell, h_0, mark_padding(xs, length, n.reverse))
  return h, fill_padding(ys, length, n.zero_padding)


class RNNLayer(nn.Module):
  """The network over a batch: xs [batch, time, inputs] -> outputs."""

  n: Runner

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return every y_t, or the last carry and every y_t."""
    n, axis = self.n, 1 if self.n.time_major else 0
    cell = CELLS[n.cell](n.inner_cell, name='cell')
    init_cell(n, cell, xs)
    loops = nn.vmap(
      partial(over_time, n),
      variable_axes={'params': None},  # the same for every sequence
      split_rngs={'params': False},
      in_axes=(axis, 0, 0),
      out_axes=(0, axis),
    )
    batch = batch_with_backward(n, cell) if n.deferred else loops
    h, ys = batch(cell, xs, initial_carry, seq_lengths)
    ys = arrange_outputs(n, xs, initial_carry, ys, seq_lengths)
    return (h, ys) if n.return_carry else ys


@as_linen(RNN)
def rnn(n: RNN) -> nn.Module:
  return RNNLayer(n)
