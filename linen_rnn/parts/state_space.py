"""A state space as a cell: parameters of a module, and the step of n."""

from flax import linen as nn

from core_rnn.networks.sequences import SSMCell
from core_rnn.types import Inputs
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.depth.ssm import system_of


class SSMLayer(nn.Module):
  """s_{t-1} [features, state], x_t [inputs] -> s_t, y_t [features]."""

  n: SSMCell

  @nn.compact
  def __call__(self, s, x: Inputs):
    """s_{t-1} [features, state], x_t [inputs] -> s_t, y_t [features]."""
    system = system_of(self, self.n.system, s.dtype)
    u = DenseLayer(self.n.input, name='input')(x)
    return self.n.step(system, s, u)
