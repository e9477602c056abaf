"""A cell over a batch of sequences, with a custom backward pass."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax

from core_rnn.outputs import Runner
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.pure.gradients.bptt import with_backward_pass


def batch_with_backward(n: Runner) -> Callable[..., Any]:
  """Return a network: params, xs, initial carry, seq_lengths -> h, ys.

  Each step of the loop takes the whole batch, so the derivative of a
  kernel is one matrix product for all sequences.
  """
  axis = 1 if n.time_major else 0
  over_time = with_backward_pass(n)

  def begin(xs, h_0, length):
    h_0 = n.inner_cell.zero_carry(xs) if h_0 is None else h_0
    return h_0, *mark_padding(xs, length, n.reverse)

  def network(params, xs, initial_carry, seq_lengths):
    begin_batch = jax.vmap(begin, (axis, 0, 0), (0, 1, 1))
    steps = begin_batch(xs, initial_carry, seq_lengths)
    h, ys = over_time(params, *steps)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return h, jax.vmap(fill, (1, 0), axis)(ys, seq_lengths)

  return network
