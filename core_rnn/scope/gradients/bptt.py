"""A custom backward pass through time, with `lift.custom_vjp`."""

from flax.core import Scope, lift

from core_rnn.equations.backward_passes import backward_pass
from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.outputs import Runner
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.scope.as_scope import Function, as_scope, is_initializing
from core_rnn.scope.parts.cells import CELLS
from core_rnn.scope.parts.init_cell import init_cell


def with_backward_pass(n: BPTT | Runner, scope: Scope) -> Function:
  """Return a cell over time: scope, h_0, valid, xs -> h, ys.

  Its derivative is the backward pass of the cell, unless init runs.
  """
  passes = backward_pass(n.cell, n.reverse, n.unroll)

  def forward(scope: Scope, h_0, valid, xs):
    return passes.forward(scope.variables()['params'], h_0, valid, xs)

  def backward(residuals, d_outputs):
    d_params, *d_arguments = passes.backward(residuals, d_outputs)
    return {'params': d_params}, *d_arguments

  def over_time(scope: Scope, h_0, valid, xs):
    outputs, _ = forward(scope, h_0, valid, xs)
    return outputs

  if is_initializing(scope):  # JAX would not drop unused outputs there
    return over_time
  return lift.custom_vjp(over_time, forward, backward)


@as_scope(BPTT)
def bptt(n: BPTT) -> Function:
  cell = CELLS[n.cell](n.inner_cell)

  def network(scope: Scope, xs, initial_carry=None, seq_length=None):
    zero = n.inner_cell.zero_carry
    h_0 = zero(xs) if initial_carry is None else initial_carry
    init_cell(n, cell, scope, xs)
    over_time = with_backward_pass(n, scope)
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, ys = scope.child(over_time, 'cell')(h_0, *valid_xs)
    return h, fill_padding(ys, seq_length, n.zero_padding)

  return network
