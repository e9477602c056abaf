"""The order of the outputs of a network over a batch of sequences."""

from typing import Any

import jax
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.networks.sequences.deep_layer import DeepLayer
from core_rnn.networks.sequences.rnn import RNN
from core_rnn.padding import Length
from core_rnn.types import LSTMCarry

Runner = RNN | DeepLayer
"""The descriptions of a cell over a batch of sequences."""


def arrange_outputs(
  n: Runner, xs: Any, initial_carry: Any, ys: Any, seq_lengths: Any
) -> Any:
  """Return the outputs in the order that n asks for; padding stays at the end.

  A reverse loop computes its last output first. It returns them in the order in
  which they were computed, unless n.keep_order. With n.include_initial_carry,
  the output of the initial carry stands before the output of the first step.

  Args:
    n: the description of the network.
    xs: the inputs, [batch, time, ...], or [time, batch, ...] if n.time_major.
    initial_carry: leaves [batch, ...]; None for the zero carry.
    ys: the outputs in the order of the inputs, with the axes of xs.
    seq_lengths: the numbers of valid steps, [batch]; None if all are valid.

  Returns:
    The outputs, with 1 + time steps if n.include_initial_carry.
  """
  batch, time = (1, 0) if n.time_major else (0, 1)
  flip = jax.vmap(flip_valid, (batch, 0), batch)
  if n.reverse and (n.include_initial_carry or not n.keep_order):
    ys = flip(ys, seq_lengths)
  if not n.include_initial_carry:
    return ys
  zero_carry = jax.vmap(n.inner_cell.zero_carry, batch)
  h_0 = zero_carry(xs) if initial_carry is None else initial_carry
  y_0 = h_0.h if isinstance(h_0, LSTMCarry) else h_0
  ys = jnp.concatenate([jnp.expand_dims(y_0, time), ys], time)
  if n.reverse and n.keep_order:
    longer = None if seq_lengths is None else seq_lengths.astype(int) + 1
    ys = flip(ys, longer)
  return ys


def flip_valid(
  ys: Float[Array, 'time ...'], length: Length
) -> Float[Array, 'time ...']:
  """Return the first length entries in reverse order, then the padding."""
  if length is None:
    return ys[::-1]
  t = jnp.arange(len(ys))
  length = jnp.minimum(length.astype(int), len(ys))
  return ys[jnp.where(t < length, length - 1 - t, t)]
