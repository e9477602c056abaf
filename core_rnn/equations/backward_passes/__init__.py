"""Cells over time with custom backward passes, by the names of the cells.

`custom_vjp` takes the two methods of a pass:

    forward: params, carry, valid, xs -> (carry, ys), residuals
    backward: residuals, (d_carry, d_ys) -> d_params, d_carry, None, d_xs

where valid and xs are what `core_rnn.padding.mark_padding` returns. d_xs is the
derivative of the loss with respect to xs, and has the shape of xs.
"""

from collections.abc import Callable, Mapping

from core_rnn.equations.backward_passes import (
  concatenated,
  elman,
  gru,
  jordan,
  lstm,
  mgu,
  min_gru,
  ssm,
)
from core_rnn.equations.backward_passes.jax_vjp import JaxBackwardPass
from core_rnn.equations.backward_passes.loop import BackwardPass

Pass = BackwardPass | JaxBackwardPass

BACKWARD_PASSES: Mapping[str, Callable[[bool, int], Pass]] = {
  'concatenated': concatenated.over_time,
  'elman': elman.over_time,
  'gru': gru.over_time,
  'jordan': jordan.over_time,
  'lstm': lstm.over_time,
  'mgu': mgu.over_time,
  'min_gru': min_gru.over_time,
  'optimized_lstm': lstm.over_time,
  'ssm': ssm.over_time,
}
"""Name of a cell -> reverse, unroll -> its pass."""


def backward_pass(cell: str, reverse: bool, unroll: int) -> Pass:
  """Return a cell over time, with its backward pass.

  Args:
    cell: the name of the cell.
    reverse: whether the loop runs from the last step to the first.
    unroll: the number of steps in one iteration of the loop. An associative
      scan has no loop.
  """
  return BACKWARD_PASSES[cell](reverse, unroll)
