"""Both directions: one network forward, one backward, outputs merged."""

from collections.abc import Callable
from typing import Any

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.merging import concatenate
from core_rnn.padding import zeroed
from core_rnn.types import BothWays, CellName, DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.over_batch import OverBatch
from linen_rnn.rnn import CELLS


class Bidirectional(nn.Module):
  """merge_fn(y of the one, y of the other): [batch, time, ...] of each."""

  forward_rnn: OverBatch
  backward_rnn: OverBatch
  merge_fn: Callable[..., Any]
  return_carry: bool
  zero_padding: bool

  def __call__(self, xs, initial_carry=None, seq_lengths=None):
    """xs [batch, time, ...] -> every y [batch, time, ...], merged."""
    first = initial_carry or (None, None)
    on_carry, on_ys = self.forward_rnn(xs, first[0], seq_lengths)
    back_carry, back_ys = self.backward_rnn(xs, first[1], seq_lengths)
    ys = self.merge_fn(on_ys, back_ys)
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, 1 if self.forward_rnn.time_major else 0)
    return (BothWays(on_carry, back_carry), ys) if self.return_carry else ys


@as_model(
  xs='batch time inputs',
  optional={'initial_carry': 'carry', 'seq_lengths': 'batch'},
)
def bidirectional(
  features: int,
  cell: CellName = 'lstm',
  merge_fn: Callable[..., Any] = concatenate,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  time_major: bool = False,
  return_carry: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
) -> nn.Module:
  """y = merge_fn(y of the one, y of the other): one runs on, one from the end.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry (forward, backward) [batch, features] -> ys likewise, of 2
  features if concatenated; ((forward, backward), ys) if return_carry. Each
  sequence ends after its seq_lengths [batch], if these are given; after that, y
  is as `rnn` has it, merged, or 0 if zero_padding.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Schuster & Paliwal (1997), Bidirectional Recurrent Neural Networks;
  Flax's `Bidirectional`, on whose variables it runs.
  """
  inits = (recurrent_init, kernel_init, bias_init)
  forward, backward = (
    OverBatch(
      CELLS[cell](features, *inits, dtype, param_dtype),
      time_major,
      reverse,
      keep_order=True,
      return_carry=True,
      unroll=unroll,
    )
    for reverse in (False, True)
  )
  return Bidirectional(forward, backward, merge_fn, return_carry, zero_padding)
