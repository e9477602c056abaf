"""The convolutional LSTM: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import LSTMCarry


@dataclass(frozen=True)
class ConvLSTM(Network):
  """The convolutional LSTM, with convolutions in place of products.

  c_t = s(f + 1) c_{t-1} + s(i) tanh(g)       h_t = s(o) tanh(c_t)
  (i, g, f, o) = x * W_ih + b_ih + h * W_hh + b_hh

  where x = x_t, h = h_{t-1}, * convolves, and s is the sigmoid.
  W_ih is [*kernel_size, inputs, 4 features].

  Args: xs [time, height, width, inputs]; initial_carry (c_0, h_0), each
  [height, width, features], 0 by default; seq_length [], after which xs
  is padding.
  Returns: (c, h) of the last step, and every h_t [time, height, width,
  features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Shi et al. (2015), as in Flax's `ConvLSTMCell`, where no gate
  depends on c.
  """

  arguments = {'xs': 'time height width inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of c and of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_ih
  bias_init: Initializer = zeros  # of b_ih, b_hh
  kernel_size: tuple[Size, Size] = (3, 3)  # rows, columns
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> LSTMCarry:
    """Return c_0 = h_0 = 0, each [height, width, features]."""
    shape = (*xs.shape[1:-1], self.features)
    c, h = (jnp.zeros(shape, self.dtype or xs.dtype) for _ in range(2))
    return LSTMCarry(c, h)
