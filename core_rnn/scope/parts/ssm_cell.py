"""The state space cell, as a function on a scope."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.equations.state_space import System, discretised
from core_rnn.initializers import LogUniform, log_counts, ones, uniform
from core_rnn.networks.cells.ssm_cell import SSMCell
from core_rnn.scope.as_scope import Function
from core_rnn.scope.dense.dense import dense_layer


def ssm_cell(n: SSMCell) -> Function:
  """Return the step of the cell: scope, s, x -> s, y."""
  dense = dense_layer(n, n.kernel_init, n.bias_init)
  narrow, wide = (n.features,), (n.features, n.state)

  def step(scope: Scope, s, x):
    def param(name, *how):
      return scope.param(name, *how, n.param_dtype).astype(s.dtype)

    system = System(
      param('step', LogUniform(0.001, 0.1), narrow),
      param('decay', log_counts, wide),
      param('B', uniform(1.0), wide),
      param('C', uniform(1.0), wide),
      param('D', ones, narrow),
    )
    u = scope.child(dense, 'input')(x)
    rate, b = discretised(system)
    s = jnp.exp(rate) * s + b * u[:, None]
    y = jnp.sum(system.c * s, -1) + system.d * u
    return s, jnp.tanh(y)

  return step
