"""The minimal GRU: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class MinGRU(Network):
  """The minimal GRU, a linear recurrence with gates of x alone.

  h_t = (1 - z) h_{t-1} + z n
  z = s(x W_iz + b_z)               n = x W_ih + b_h

  where x = x_t, and s is the sigmoid. No gate depends on h. With a_t =
  1 - z and b_t = z n, h_t = a_t h_{t-1} + b_t, and an associative scan
  computes all steps in parallel.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Feng et al. (2024), Were RNNs All We Needed?, section 3.1.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W_iz, W_ih
  bias_init: Initializer = zeros  # of b_z, b_h
  mode: Literal['scan', 'associative'] = 'scan'  # see above
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop of mode 'scan'
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
