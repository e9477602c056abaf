"""The residual recurrent layer: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Residual(Network):
  """A residual layer: the Elman network, dropout, and a sum with xs.

  y_t = x_t + m_t h_t / (1 - rate)
  h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))

  where the entries of the mask m_t are 1 with probability 1 - rate, and
  0 otherwise. The masks are drawn from the stream `dropout`. If
  deterministic is set, y_t = x_t + h_t.

  Args: xs [time, features]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: every y_t [time, features], and h of the last step
  [features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: He et al. (2016), Deep Residual Learning, equation 1.
  """

  arguments = {'xs': 'time features'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  carry_place = 1
  streams = ('dropout',)

  features: Size  # of x, of h and of y
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  rate: Rate = 0.1  # probability that an entry of h_t is dropped
  deterministic: bool = False  # drop nothing
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
