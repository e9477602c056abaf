"""The Jordan network: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Activation, Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class Jordan(Network):
  """The Jordan network, which feeds back its output, not its state.

  h_t = activation(x_t W_ih + b_h + y_{t-1} W_hh)
  y_t = h_t W_ho + b_o

  Args: xs [time, inputs]; initial_carry y_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last y [features], and every y_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Jordan (1986), Serial Order: A Parallel Distributed Processing
  Approach, with no connections from a state unit to itself.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h and of y
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_ih, W_ho
  bias_init: Initializer = zeros  # of b_h, b_o
  activation: Activation = jnp.tanh
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return y_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
