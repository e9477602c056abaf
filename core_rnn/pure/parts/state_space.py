"""A state space as a cell: parameters by their names, and the step of n."""

from functools import partial

from core_rnn.networks.sequences import SSMCell
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.depth.ssm import ssm_init, system_of
from core_rnn.pure.parts.over_time import Cell


def ssm_cell(n: SSMCell) -> Cell:
  """s_{t-1} [features, state], x_t [inputs] -> s_t, y_t [features]."""

  def init(draw, shape):
    system = ssm_init(draw, n.system)
    dense = dense_init(partial(draw, 'input'), n.input, shape[-1])
    return {**system, 'input': dense}

  def step(params, s, x):
    system = system_of(n.system, params, s.dtype)
    u = dense_apply(n.input, params['input'], x)
    return n.step(system, s, u)

  return Cell(init, n.first, step)
