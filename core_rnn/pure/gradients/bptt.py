"""A custom backward pass through time, with `jax.custom_vjp`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax

from core_rnn.equations.backward_passes import backward_pass
from core_rnn.keys import derive
from core_rnn.networks.gradients.bptt import BPTT
from core_rnn.outputs import Runner
from core_rnn.padding import fill_padding, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.cells import CELLS


def with_backward_pass(n: BPTT | Runner) -> Callable[..., Any]:
  """Return a cell over time: params, h_0, valid, xs -> h, ys.

  Its derivative is the backward pass of the cell.
  """
  passes = backward_pass(n.cell, n.reverse, n.unroll)

  @jax.custom_vjp
  def over_time(params, h_0, valid, xs):
    outputs, _ = passes.forward(params, h_0, valid, xs)
    return outputs

  over_time.defvjp(passes.forward, passes.backward)
  return over_time


@as_pure(BPTT)
def bptt(n: BPTT) -> Functions:
  cell = CELLS[n.cell](n.inner_cell)
  over_time = with_backward_pass(n)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_length=None):
    zero = n.inner_cell.zero_carry
    h_0 = zero(xs) if initial_carry is None else initial_carry
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, ys = over_time(variables['params']['cell'], h_0, *valid_xs)
    return h, fill_padding(ys, seq_length, n.zero_padding)

  return init, apply
