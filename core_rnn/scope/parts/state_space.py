"""A state space as a cell: parameters of a scope, and the step of n."""

from functools import partial

from flax.core import Scope

from core_rnn.networks.sequences import SSMCell
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.scope.depth.ssm import system_of
from core_rnn.scope.parts.over_time import Cell
from core_rnn.types import Inputs


def ssm_cell(n: SSMCell) -> Cell:
  """s_{t-1} [features, state], x_t [inputs] -> s_t, y_t [features]."""

  def step(scope: Scope, s, x: Inputs):
    system = system_of(n.system, scope, s.dtype)
    u = scope.child(partial(dense_layer, n.input), 'input')(x)
    return n.step(system, s, u)

  return Cell(n.first, step)
