"""The leaky network, with `nn.scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from equivalence_tests.templates.model.network import MyRnn
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class MyRnnCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: MyRnn

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    of_h, of_x = (n.recurrent_init,), (n.kernel_init, n.bias_init)
    from_h = DenseLayer(n, *of_h, name='recurrent')(h)
    from_x = DenseLayer(n, *of_x, name='input')(x)
    h = n.leak * h + (1 - n.leak) * jnp.tanh(from_h + from_x)
    return h, h


class MyRnnNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: MyRnn

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the last h [features], and every h_t [time, features]."""
    n = self.n
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def one(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      one, variable_broadcast='params', split_rngs={'params': False}
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scan(MyRnnCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(MyRnn)
def my_rnn(n: MyRnn) -> nn.Module:
  return MyRnnNetwork(n)
