"""A cell over a batch of sequences, with a custom backward pass."""

from functools import partial

import jax
from flax.core import Scope

from core_rnn.outputs import Runner
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.scope.as_scope import Function
from core_rnn.scope.gradients.bptt import with_backward_pass


def batch_with_backward(n: Runner, scope: Scope) -> Function:
  """Return a network: scope, xs, initial carry, seq_lengths -> h, ys.

  Each step of the loop takes the whole batch, so the derivative of a
  kernel is one matrix product for all sequences.
  """
  axis = 1 if n.time_major else 0
  over_time = with_backward_pass(n, scope)

  def begin(xs, h_0, length):
    h_0 = n.inner_cell.zero_carry(xs) if h_0 is None else h_0
    return h_0, *mark_padding(xs, length, n.reverse)

  def network(scope: Scope, xs, initial_carry, seq_lengths):
    begin_batch = jax.vmap(begin, (axis, 0, 0), (0, 1, 1))
    steps = begin_batch(xs, initial_carry, seq_lengths)
    h, ys = scope.child(over_time, 'cell')(*steps)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return h, jax.vmap(fill, (1, 0), axis)(ys, seq_lengths)

  return network
