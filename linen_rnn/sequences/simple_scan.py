"""A scan over the steps of a batch, as a module."""

from functools import partial

import jax
from flax import linen as nn

from core_rnn.equations.padding import held, padded, zeroed
from core_rnn.networks.sequences import SimpleScan
from linen_rnn.as_linen import as_linen
from linen_rnn.parts.gated import GatedCell


class ScanOfBatch(nn.Module):
  """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""

  n: SimpleScan

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs] -> (c, h) [batch, inputs], hs as xs."""
    lstm = self.n.lstm(xs)
    batch = nn.vmap(
      GatedCell, variable_axes={'params': None}, split_rngs={'params': False}
    )

    def step(cell, carry, valid_and_x):
      valid, x = valid_and_x
      if valid is None:
        return cell(carry, x)
      return held(cell, valid[:, None], carry, x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,
      out_axes=1,
    )
    first = jax.vmap(lstm.first)(xs) if initial_carry is None else initial_carry
    run = partial(scan, batch(lstm, name='lstm_cell'))
    scanned = jax.vmap(padded)(xs, seq_lengths)
    if seq_lengths is None:
      return run(first, scanned)
    (_, carry), ys = run((first, first), scanned)
    return carry, zeroed(ys, seq_lengths, 0) if self.n.zero_padding else ys


@as_linen(SimpleScan)
def simple_scan(n: SimpleScan) -> nn.Module:
  return ScanOfBatch(n)
