"""Both directions: one network forward, one backward, outputs merged."""

from collections.abc import Callable
from typing import Any

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.merging import concatenate
from core_rnn.padding import zeroed
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.over_batch import over_batch
from core_rnn.scope.rnn import CELLS
from core_rnn.types import BothWays, CellName, DType, Initializer


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
) -> Function:
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
  made = CELLS[cell](
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  forward, backward = (
    over_batch(
      made,
      time_major,
      reverse,
      keep_order=True,
      return_carry=True,
      unroll=unroll,
    )
    for reverse in (False, True)
  )

  def both(scope: Scope, xs, initial_carry=None, seq_lengths=None):
    first = initial_carry or (None, None)
    on = scope.child(forward, 'forward_rnn')
    back = scope.child(backward, 'backward_rnn')
    on_carry, on_ys = on(xs, first[0], seq_lengths)
    back_carry, back_ys = back(xs, first[1], seq_lengths)
    ys = merge_fn(on_ys, back_ys)
    if zero_padding:
      ys = zeroed(ys, seq_lengths, 1 if time_major else 0)
    return (BothWays(on_carry, back_carry), ys) if return_carry else ys

  return both
