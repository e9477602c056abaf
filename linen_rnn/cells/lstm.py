"""The LSTM, with `nn.scan`."""

from flax import linen as nn

from core_rnn.networks.cells.lstm import LSTM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.types import LSTMCarry
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer


class LSTMCell(nn.Module):
  """The parameters and the step: (c, h), x -> (c, h), h."""

  n: LSTM

  @nn.compact
  def __call__(self, carry, x):
    n, (c, h) = self.n, carry
    of_x, of_h = (n.kernel_init,), (n.recurrent_init, n.bias_init)
    from_x = lambda gate: DenseLayer(n, *of_x, name=f'i{gate}')(x)
    from_h = lambda gate: DenseLayer(n, *of_h, name=f'h{gate}')(h)
    i = nn.sigmoid(from_x('i') + from_h('i'))
    f = nn.sigmoid(from_x('f') + from_h('f'))
    g = nn.tanh(from_x('g') + from_h('g'))
    o = nn.sigmoid(from_x('o') + from_h('o'))
    c = f * c + i * g
    h = o * nn.tanh(c)
    return LSTMCarry(c, h), h


class LSTMNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> (c, h), hs."""

  n: LSTM

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return (c, h) of the last step, every h_t [time, features]."""
    n = self.n
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',  # every step reads the same ones,
      split_rngs={'params': False},  # which are drawn from one key
      reverse=n.reverse,
      unroll=n.unroll,
    )
    valid_xs = mark_padding(xs, seq_length, n.reverse)
    h, hs = scan(LSTMCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(LSTM)
def lstm(n: LSTM) -> nn.Module:
  return LSTMNetwork(n)
