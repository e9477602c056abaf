"""The state space cell, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.state_space import System, discretised
from core_rnn.initializers import LogUniform, log_counts, ones, uniform
from core_rnn.networks.cells.ssm_cell import SSMCell
from linen_rnn.dense.dense import DenseLayer


class StateSpaceCell(nn.Module):
  """The parameters and the step of the cell: s, x -> s, y."""

  n: SSMCell

  @nn.compact
  def __call__(self, s, x):
    """Return s_t [features, state], and y_t [features]."""
    n, narrow = self.n, (self.n.features,)
    wide = (n.features, n.state)

    def param(name, *how):
      return self.param(name, *how, n.param_dtype).astype(s.dtype)

    system = System(
      param('step', LogUniform(0.001, 0.1), narrow),
      param('decay', log_counts, wide),
      param('B', uniform(1.0), wide),
      param('C', uniform(1.0), wide),
      param('D', ones, narrow),
    )
    dense = DenseLayer(n, n.kernel_init, n.bias_init, name='input')
    u = dense(x)
    rate, b = discretised(system)
    s = jnp.exp(rate) * s + b * u[:, None]
    y = jnp.sum(system.c * s, -1) + system.d * u
    return s, jnp.tanh(y)
