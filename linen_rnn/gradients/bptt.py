"""A custom backward pass through time, with `nn.custom_vjp`."""

from typing import Any

from flax import linen as nn

from core_rnn.equations.backward_passes import backward_pass
from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.outputs import Runner
from core_rnn.padding import fill_padding, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.cells import CELLS
from linen_rnn.parts.init_cell import init_cell


def with_backward_pass(n: BPTT | Runner, cell: nn.Module) -> Any:
  """Return a cell over time: cell, h_0, valid, xs -> h, ys.

  Its derivative is the backward pass of the cell, unless init runs.
  """
  passes = backward_pass(n.cell, n.reverse, n.unroll)

  def forward(cell, h_0, valid, xs):
    return passes.forward(cell.variables['params'], h_0, valid, xs)

  def backward(residuals, d_outputs):
    d_params, *d_arguments = passes.backward(residuals, d_outputs)
    return {'params': d_params}, *d_arguments

  def over_time(cell, h_0, valid, xs):
    outputs, _ = forward(cell, h_0, valid, xs)
    return outputs

  if cell.is_initializing():  # JAX would not drop unused outputs there
    return over_time
  return nn.custom_vjp(over_time, forward, backward)


class BPTTNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, ys."""

  n: BPTT

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the carry of the last step, and every y_t."""
    n, zero = self.n, self.n.inner_cell.zero_carry
    h_0 = zero(xs) if initial_carry is None else initial_carry
    cell = CELLS[n.cell](n.inner_cell, name='cell')
    init_cell(n, cell, xs)
    over_time = with_backward_pass(n, cell)
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, ys = over_time(cell, h_0, *valid_xs)
    return h, fill_padding(ys, seq_length, n.zero_padding)


@as_linen(BPTT)
def bptt(n: BPTT) -> nn.Module:
  return BPTTNetwork(n)
