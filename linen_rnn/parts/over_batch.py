"""A cell over a batch: every sequence of it by itself, over time."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.deferred_cells import rule
from core_rnn.equations.padding import batch_of_sequences
from core_rnn.networks.sequences import Run
from linen_rnn.parts.deferred import deferred
from linen_rnn.parts.over_time import OverTime


class OverBatch(nn.Module):
  """xs [batch, time, ...] -> every y [batch, time, ...], of parameters `cell`.

  Attributes:
    cell: as of `OverTime`.
    first: likewise.
    n: how it goes, and what it returns.
  """

  cell: nn.Module
  first: Callable[..., Any]
  n: Run

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, ...] -> every y [batch, time, ...]."""
    n, axis = self.n, 1 if self.n.time_major else 0
    if self.is_initializing():
      # outside of all loops: JAX has a draw inside of one as another function
      self.cell(self.first(xs), jnp.zeros_like(xs, shape=xs.shape[2:]))
    vmap = nn.vmap(
      OverTime,
      variable_axes={'params': None},
      split_rngs={'params': False},
      in_axes=(axis, 0, 0),
      out_axes=(0, axis),
    )
    if n.deferred:
      run = deferred(rule(n.cell, n.reverse, n.unroll))
      rnn = batch_of_sequences(partial(run, self.cell), self.first, axis)
    else:
      rnn = vmap(self.cell, self.first, n.reverse, n.unroll, name='one')
    given = xs, initial_carry, seq_lengths
    return n.returned(*given, *rnn(*given))
