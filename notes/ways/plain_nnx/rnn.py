"""A runner: any cell over a batch of sequences, of their own lengths."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import CellName, DType, Initializer

from .bridge import Make, as_model
from .elman import ElmanCell
from .gru import GRUCell
from .lstm import LSTMCell
from .runner import Runner

CELLS = {'elman': ElmanCell, 'lstm': LSTMCell, 'gru': GRUCell}


@as_model(
  {'initial_carry': 'carry', 'seq_lengths': 'batch'}, xs='batch time inputs'
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
) -> Make:
  """xs [batch, time, inputs] -> every y [batch, time, features]."""
  inits = (recurrent_init, kernel_init, bias_init)
  made = partial(CELLS[cell], features, inits, param_dtype)
  how = (time_major, keep_order, return_carry, zero_padding)
  return partial(Runner, *how, made, dtype, reverse, unroll)
