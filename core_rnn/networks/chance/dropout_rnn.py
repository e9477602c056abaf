"""Recurrent dropout: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class DropoutRNN(Network):
  """An Elman network with dropout of h before every step.

  h_t = tanh((m_t h_{t-1} / (1 - rate)) W_hh + (x_t W_xh + b_h))

  where an entry of m_t is 1 with probability 1 - rate, and 0 otherwise.
  The masks are drawn from the stream `dropout`: one for every step, or,
  if split_rngs is off, one for all steps.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Gal & Ghahramani (2016), A Theoretically Grounded Application
  of Dropout in Recurrent Neural Networks, which has one mask for all
  steps.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  streams = ('dropout',)

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  rate: Rate = 0.5  # probability that an entry of m_t is 0
  split_rngs: bool = True  # a draw for every step, or one for all
  deterministic: bool = False  # draw nothing, and drop nothing
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
