"""A scan over the steps of a batch, as functions of parameters."""

from functools import partial

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.equations.padding import held, padded, zeroed
from core_rnn.keys import derive
from core_rnn.networks.sequences import SimpleScan
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.gated import gated_cell


@as_pure(SimpleScan)
def simple_scan(n: SimpleScan) -> Functions:
  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    draw = partial(derive, rngs['params'], 'lstm_cell')
    cell = gated_cell(n.lstm(xs))
    return {'params': {'lstm_cell': cell.init(draw, xs.shape[-1:])}}

  def apply(variables, xs, initial_carry=None, seq_lengths=None):
    cell = gated_cell(n.lstm(xs))
    batch = jax.vmap(partial(cell.step, variables['params']['lstm_cell']))

    def step(carry, valid_and_x):
      valid, x = valid_and_x
      if valid is None:
        return batch(carry, x)
      return held(batch, valid[:, None], carry, x)

    first = jax.vmap(cell.first)(xs) if initial_carry is None else initial_carry
    scanned = jax.vmap(padded, out_axes=1)(xs, seq_lengths)
    if seq_lengths is None:
      carry, ys = lax.scan(step, first, scanned)
    else:
      (_, carry), ys = lax.scan(step, (first, first), scanned)
    ys = jnp.swapaxes(ys, 0, 1)
    return carry, zeroed(ys, seq_lengths, 0) if n.zero_padding else ys

  return init, apply
