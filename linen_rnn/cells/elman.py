"""The Elman network, with `nn.scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells import Elman, Recurrent
from core_rnn.networks.kinds import Activation
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.parts.over_time import OverTime


class ElmanCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  n: Recurrent
  activation: Activation = jnp.tanh

  @nn.compact
  def __call__(self, h, x):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    n, square = self.n, (self.n.features, self.n.features)
    recurrent = self.param(
      'recurrent', n.recurrent_init, square, n.param_dtype
    ).astype(h.dtype)
    dense = DenseLayer(n.layer(n.kernel_init, n.bias_init), name='input')
    h = self.activation(h @ recurrent + dense(x))
    return h, h


@as_linen(Elman)
def elman(n: Elman) -> nn.Module:
  cell = ElmanCell(n, n.activation)
  return OverTime(cell, n.first, n.reverse, n.unroll, n.zero_padding)
