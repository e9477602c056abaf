"""An LSTM over a batch of sequences: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SimpleScan(Network):
  """An LSTM over time, with the whole batch in each step.

  (c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t)

  for every sequence. The loop runs along axis 1 of xs. c and h have as
  many entries as x. The parameters are those of `lstm`, under the name
  `lstm_cell`.

  Args: xs [batch, time, inputs]; initial_carry (c_0, h_0), each [batch,
  inputs], 0 by default; seq_lengths [batch], after which xs is padding.
  Returns: (c, h) of the last step, each [batch, inputs], and every h_t
  [batch, time, inputs].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `SimpleScan`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
