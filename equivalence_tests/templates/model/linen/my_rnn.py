"""A leaky network, with `nn.scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.types import Features, Inputs
from equivalence_tests.templates.model.network import MyRnn
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.parts.over_time import OverTime


class MyRnnCell(nn.Module):
  """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""

  n: MyRnn

  @nn.compact
  def __call__(self, h: Features, x: Inputs):
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    n = self.n
    recurrent = DenseLayer(n.recurrent, name='recurrent')(h)
    new = jnp.tanh(recurrent + DenseLayer(n.input, name='input')(x))
    h = n.leak * h + (1 - n.leak) * new
    return h, h


@as_linen(MyRnn)
def my_rnn(n: MyRnn) -> nn.Module:
  return OverTime(MyRnnCell(n), n.first)
