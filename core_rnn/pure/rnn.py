"""A runner: any cell over a batch of sequences, of their own lengths."""

from collections.abc import Callable, Mapping

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.gru import gru_cell
from core_rnn.pure.lstm import lstm_cell
from core_rnn.pure.over_batch import over_batch
from core_rnn.pure.over_time import Cell
from core_rnn.types import CellName, DType, Initializer

CELLS: Mapping[CellName, Callable[..., Cell]] = {
  'elman': lambda features, *rest: elman_cell(features, jnp.tanh, *rest),
  'lstm': lstm_cell,
  'gru': gru_cell,
}


@as_model(
  xs='batch time inputs',
  optional={'initial_carry': 'carry', 'seq_lengths': 'batch'},
)
def rnn(
  features: int,
  cell: CellName = 'lstm',
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  time_major: bool = False,
  reverse: bool = False,
  keep_order: bool = False,
  return_carry: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
) -> Functions:
  """(h_t, y_t) = cell(h_{t-1}, x_t), for each sequence of a batch, by itself.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry [batch, features] -> every y likewise; (h, ys) if return_carry.
  What follows the first seq_lengths [batch] steps of a sequence is padding,
  which stays at the end, and of which carry, other outputs and gradients know
  nothing: y there is 0 if zero_padding, or else y of the last step once more,
  as of x = 1/2 if there is none. reverse returns outputs as they came, the last
  step first; keep_order turns them back.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Flax's `RNN`, on whose variables it runs.
  """
  made = CELLS[cell](
    features, recurrent_init, kernel_init, bias_init, dtype, param_dtype
  )
  how = (time_major, reverse, keep_order, return_carry, unroll, zero_padding)
  return over_batch(made, *how)
