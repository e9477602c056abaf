"""The LSTM: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import LSTMCarry


@dataclass(frozen=True)
class LSTM(Network):
  """The LSTM, with four gates of x and h.

  c_t = f c_{t-1} + i g             h_t = o tanh(c_t)
  i = s(x W_ii + h W_hi + b_i)      f = s(x W_if + h W_hf + b_f)
  g = tanh(x W_ig + h W_hg + b_g)   o = s(x W_io + h W_ho + b_o)

  where x = x_t, h = h_{t-1}, and s is the sigmoid.

  Args: xs [time, inputs]; initial_carry (c_0, h_0), each [features],
  0 by default; seq_length [], after which xs is padding.
  Returns: (c, h) of the last step, and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Hochreiter & Schmidhuber (1997), as in Flax's `LSTMCell`.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  backward_pass = True

  features: Size  # of c and of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hi, W_hf, W_hg, W_ho
  kernel_init: Initializer = uniform()  # of W_ii, W_if, W_ig, W_io
  bias_init: Initializer = zeros  # of b_i, b_f, b_g, b_o
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> LSTMCarry:
    """Return c_0 = h_0 = 0, each [features]."""
    dtype = self.dtype or xs.dtype
    c, h = (jnp.zeros(self.features, dtype) for _ in range(2))
    return LSTMCarry(c, h)
