"""The leaky network: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class MyRnn(Network):
  """The leaky network, whose state moves by a part of each step.

  h_t = leak h_{t-1} + (1 - leak) tanh(h_{t-1} W_hh + x_t W_xh + b_h)

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: yours to name.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  leak: Rate = 0.5  # the part of h that stays
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
