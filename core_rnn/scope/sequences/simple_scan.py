"""An LSTM over a batch, with `lift.scan` of `lift.vmap`."""

from functools import partial

import jax
from flax.core import Scope, lift

from core_rnn.networks.cells.lstm import LSTM
from core_rnn.networks.sequences.simple_scan import SimpleScan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.lstm import lstm_cell


@as_scope(SimpleScan)
def simple_scan(n: SimpleScan) -> Function:
  def network(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    lstm = n.inner(LSTM, xs.shape[-1])
    batch = lift.vmap(
      lstm_cell(lstm),
      variable_axes={'params': None},  # the same for every sequence
      split_rngs={'params': False},
    )
    h_0 = initial_carry or jax.vmap(lstm.zero_carry)(xs)

    def step(scope: Scope, h, valid_x):
      return freeze_carry(partial(batch, scope), h_0)(h, valid_x)

    scan = lift.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=1,  # the loop takes the steps of all sequences at once
      out_axes=1,
    )
    valid_xs = jax.vmap(mark_padding)(xs, seq_lengths)
    h, hs = scope.child(scan, 'lstm_cell')(h_0, valid_xs)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return h, jax.vmap(fill)(hs, seq_lengths)

  return network
