"""A cell of Flax's over a batch, and padding as the project has it."""

from functools import partial

import jax
from flax import linen as nn

from core_rnn.equations.deferred import Deferred
from core_rnn.equations.padding import (
  batch_of_sequences,
  held,
  repeated,
  valid_steps,
)
from core_rnn.networks.old.sequences import RNN
from linen_rnn.parts.deferred import deferred

from .carry import named


class Runner(nn.Module):
  """`nn.RNN`, but for padding: Flax's runs on through it."""

  cell: nn.RNNCellBase
  n: RNN
  rule: Deferred | None = None

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, inputs], or time first -> every y likewise."""
    batch = 1 if self.n.time_major else 0
    if initial_carry is None:
      key, shape = jax.random.key(0), (xs.shape[batch], xs.shape[-1])
      initial_carry = self.cell.initialize_carry(key, shape)
    carry = first = named(initial_carry)
    if self.rule is None:
      carry, ys = self.scanned(xs, carry, seq_lengths)
    else:
      run = partial(deferred(self.rule), self.cell)
      rnn = batch_of_sequences(run, lambda xs: None, batch)
      carry, ys = rnn(xs, carry, seq_lengths)
    return self.n.returned(xs, first, seq_lengths, carry, ys)

  def scanned(self, xs, carry, seq_lengths):
    """xs [batch, time, inputs], or time first -> the last carry, every y."""
    batch, time = (1, 0) if self.n.time_major else (0, 1)
    valid = None
    if seq_lengths is not None:
      valid = jax.vmap(valid_steps, (batch, 0), 1)(xs, seq_lengths)[..., None]
      xs = jax.vmap(repeated, (batch, 0), batch)(xs, seq_lengths)
      carry = carry, carry

    def step(cell, carry, x, valid):
      return cell(carry, x) if valid is None else held(cell, valid, carry, x)

    scan = nn.scan(
      step,
      variable_broadcast='params',
      split_rngs={'params': False},
      in_axes=(time, 0),
      out_axes=time,
      reverse=self.n.reverse,
      unroll=self.n.unroll,
    )
    carry, ys = scan(self.cell, carry, xs, valid)
    return carry if valid is None else carry[1], ys
