"""A runner of cells: Flax's own, and one of ours with its names."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import typed, uniform, zeros
from core_rnn.model import Model
from core_rnn.networks.cells import CellName
from core_rnn.networks.sequences.rnn import RNN
from core_rnn.types import DType, Initializer

from .elman import ElmanCell
from .lstm import LSTMCell
from .runner import Runner

CELLS = {'elman': ElmanCell, 'lstm': LSTMCell, 'gru': nn.GRUCell}


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
  include_initial_carry: bool = False,
  deferred: bool = False,
  return_carry: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
) -> Model:
  """Return a model: xs [batch, time, inputs] -> every y_t."""
  made = CELLS[cell](
    features,
    recurrent_kernel_init=typed(recurrent_init),
    kernel_init=typed(kernel_init),
    bias_init=typed(bias_init),
    # Flax's own would begin in param_dtype, whatever dtype is
    carry_init=lambda key, shape, _: jnp.zeros(shape, dtype or param_dtype),
    dtype=dtype,
    param_dtype=param_dtype,
  )
  n = RNN(
    features,
    cell,
    time_major=time_major,
    return_carry=return_carry,
    unroll=unroll,
    zero_padding=zero_padding,
    reverse=reverse,
    keep_order=keep_order,
    include_initial_carry=include_initial_carry,
    deferred=deferred,
  )
  runner = Runner(made, n)
  return Model(runner.init, runner.apply)
