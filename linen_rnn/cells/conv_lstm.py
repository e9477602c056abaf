"""The convolutional LSTM, with `nn.scan`."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.conv_lstm import ConvLSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.types import LSTMCarry
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.conv import ConvLayer


class ConvLSTMCell(nn.Module):
  """The parameters and the step: (c, h), x -> (c, h), h."""

  n: ConvLSTM

  @nn.compact
  def __call__(self, carry, x):
    """Return (c_t, h_t), y_t = h_t, each [height, width, features]."""
    n, (c, h) = self.n, carry
    conv = partial(ConvLayer, n, 4 * n.features, bias_init=n.bias_init)
    from_x = conv(n.kernel_init, name='ih')(x)
    from_h = conv(n.recurrent_init, name='hh')(h)
    i, g, f, o = jnp.split(from_x + from_h, 4, axis=-1)
    f = nn.sigmoid(f + 1)
    c = f * c + nn.sigmoid(i) * nn.tanh(g)
    h = nn.sigmoid(o) * nn.tanh(c)
    return LSTMCarry(c, h), h


class ConvLSTMNetwork(nn.Module):
  """The network over time: xs [time, ..., inputs] -> (c, h), hs."""

  n: ConvLSTM

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return the last (c, h), and every h_t [time, ..., features]."""
    n = self.n
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    how = {'reverse': n.reverse, 'unroll': n.unroll}
    how['split_rngs'] = {'params': False}  # one key for all steps
    scan = nn.scan(step, variable_broadcast='params', **how)
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = scan(ConvLSTMCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(ConvLSTM)
def conv_lstm(n: ConvLSTM) -> nn.Module:
  return ConvLSTMNetwork(n)
