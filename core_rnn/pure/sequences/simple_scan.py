"""An LSTM over a batch, with `lax.scan` of `jax.vmap`."""

from functools import partial

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.cells.lstm import LSTM
from core_rnn.networks.sequences.simple_scan import SimpleScan
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.cells.lstm import lstm_cell


@as_pure(SimpleScan)
def simple_scan(n: SimpleScan) -> Functions:
  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    cell = lstm_cell(n.inner(LSTM, xs.shape[-1]))
    draw = partial(derive, rngs['params'], 'lstm_cell')
    return {'params': {'lstm_cell': cell.init(draw, xs.shape[-1])}}

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    lstm = n.inner(LSTM, xs.shape[-1])
    params = variables['params']['lstm_cell']
    batch = jax.vmap(partial(lstm_cell(lstm).step, params))
    h_0 = initial_carry or jax.vmap(lstm.zero_carry)(xs)
    # the loop takes the steps of all sequences at once
    valid_xs = jax.vmap(mark_padding, out_axes=1)(xs, seq_lengths)
    h, hs = lax.scan(freeze_carry(batch, h_0), h_0, valid_xs)
    hs = jnp.swapaxes(hs, 0, 1)
    fill = partial(fill_padding, zero_padding=n.zero_padding)
    return h, jax.vmap(fill)(hs, seq_lengths)

  return init, apply
