"""Descent of an energy: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SettlingRNN(Network):
  """A network that moves its state down the gradient of an energy.

  h_t = h_{t-1} - rate dE/dh   y_t = E   E = |h - elman(h, x_t)|^2 / 2

  where E and dE/dh are at h = h_{t-1}. E is 0 at a state that the Elman
  cell does not change. `value_and_grad` differentiates the cell.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: h of the last step [features], and every y_t [time].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: after Rao & Ballard (1999), Predictive Coding in the Visual
  Cortex, where a state moves to reduce the error of its prediction.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  rate: Rate = 0.5  # of h: the size of a step down the gradient
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
