"""Langevin dynamics of an energy: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size, Threshold
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class LangevinRNN(Network):
  """A network that moves its state down an energy, and adds noise.

  h_t = h_{t-1} - rate dE/dh + (2 rate temperature)^(1/2) e_t
  E = |h - elman(h, x_t)|^2 / 2

  where dE/dh is at h = h_{t-1}, and e_t ~ N(0, 1) is drawn from the
  stream `noise`. The state of `settling_rnn` goes to the minimum of E;
  here, the state is a sample. `grad` differentiates the cell.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: h of the last step [features], every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Welling & Teh (2011), Bayesian Learning via Stochastic
  Gradient Langevin Dynamics, equation 3, with an exact gradient.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  streams = ('noise',)

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  rate: Rate = 0.5  # of h: the size of a step down the gradient
  temperature: Threshold = 0.01  # of the noise; 0 for no noise
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
