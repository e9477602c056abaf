"""A scan over the steps of a batch, as a module."""

import jax
from flax import linen as nn

from core_rnn.networks.sequences import SimpleScan
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.gated import GatedCell


class ScanOfBatch(nn.Module):
  """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""

  n: SimpleScan

  @nn.compact
  def __call__(self, xs, initial_carry=None):
    """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""
    lstm = self.n.lstm(xs)
    batch = nn.vmap(
      GatedCell, variable_axes={'params': None}, split_rngs={'params': False}
    )
    scan = nn.scan(
      batch,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    first = jax.vmap(lstm.first)(xs) if initial_carry is None else initial_carry
    return scan(lstm, name='lstm_cell')(first, xs)


@as_linen(SimpleScan)
def simple_scan(n: SimpleScan) -> nn.Module:
  return ScanOfBatch(n)
