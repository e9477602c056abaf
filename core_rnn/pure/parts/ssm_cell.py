"""The state space cell, with explicit parameters."""

from functools import partial

from jax import numpy as jnp

from core_rnn.equations.state_space import System, discretised
from core_rnn.initializers import LogUniform, log_counts, ones, uniform
from core_rnn.networks.cells.ssm_cell import SSMCell
from core_rnn.pure.as_pure import Cell
from core_rnn.pure.dense.dense import dense_apply, dense_init


def ssm_cell(n: SSMCell) -> Cell:
  """Return the parameters and the step of the cell: s, x -> s, y."""

  def init(draw, inputs):
    narrow, wide = (n.features,), (n.features, n.state)
    dense = partial(draw, 'input')
    return {
      'step': LogUniform(0.001, 0.1)(draw(1), narrow, n.param_dtype),
      'decay': log_counts(draw(2), wide, n.param_dtype),
      'B': uniform(1.0)(draw(3), wide, n.param_dtype),
      'C': uniform(1.0)(draw(4), wide, n.param_dtype),
      'D': ones(draw(5), narrow, n.param_dtype),
      'input': dense_init(dense, n, inputs, n.kernel_init, n.bias_init),
    }

  def step(params, s, x):
    names = ('step', 'decay', 'B', 'C', 'D')
    system = System(*(params[name].astype(s.dtype) for name in names))
    u = dense_apply(n, params['input'], x)
    rate, b = discretised(system)
    s = jnp.exp(rate) * s + b * u[:, None]
    y = jnp.sum(system.c * s, -1) + system.d * u
    return s, jnp.tanh(y)

  return Cell(init, step)
