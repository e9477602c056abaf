"""Recurrent dropout, with `nn.scan` that splits a stream."""

from flax import linen as nn

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.chance.dropout_rnn import DropoutRNN
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.chance.dropout import DropoutLayer


class DropoutCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: DropoutRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    h = DropoutLayer(n.inner(Dropout), name='dropout')(h)
    return ElmanCell(n.inner(Elman), name='elman')(h, x)


class DropoutNetwork(nn.Module):
  """The network over time: xs [time, inputs] -> h, hs."""

  n: DropoutRNN

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return h of the last step, and every h_t [time, features]."""
    n, zero_carry = self.n, self.n.inner(Elman).zero_carry
    h_0 = zero_carry(xs) if initial_carry is None else initial_carry

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False, 'dropout': n.split_rngs},
    )
    valid_xs = mark_padding(xs, seq_length)
    h, hs = scan(DropoutCell(n, name='cell'), h_0, valid_xs)
    return h, fill_padding(hs, seq_length, n.zero_padding)


@as_linen(DropoutRNN)
def dropout_rnn(n: DropoutRNN) -> nn.Module:
  return DropoutNetwork(n)
