"""An LSTM over a batch, with `nn.scan` of `nn.vmap`."""

from functools import partial

import jax
from flax import linen as nn

from core_rnn.networks.cells.lstm import LSTM
from core_rnn.networks.sequences.simple_scan import SimpleScan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.lstm import LSTMCell


class SimpleScanNetwork(nn.Module):
  """The network over time: xs [batch, time, inputs] -> (c, h), hs."""

  n: SimpleScan

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """Return (c, h) of the last step, and every h_t."""
    n, lstm = self.n, self.n.inner(LSTM, xs.shape[-1])
    batch = nn.vmap(
      LSTMCell,
      variable_axes={'params': None},  # the same for every sequence
      split_rngs={'params': False},
    )
    h_0 = initial_carry or jax.vmap(lstm.zero_carry)(xs)

    def step(cell, h, valid_x):
      return freeze_carry(cell, h_0)(h, valid_x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,  # the loop takes the steps of all sequences at once
      out_axes=1,
    )
    valid_xs = jax.vmap(mark_padding)(xs, seq_lengths)
    h, hs = scan(batch(lstm, name='lstm_cell'), h_0, valid_xs)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return h, jax.vmap(fill)(hs, seq_lengths)


@as_linen(SimpleScan)
def simple_scan(n: SimpleScan) -> nn.Module:
  return SimpleScanNetwork(n)
