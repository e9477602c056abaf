"""The minimal gated unit: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import ones, uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class MGU(Network):
  """The minimal gated unit, with one gate of x and h.

  h_t = (1 - f) n + f h
  f = s(x W_if + b_f + h W_hf)
  n = tanh(x W_in + b_n + f (h W_hn + b_hn))

  where x = x_t, h = h_{t-1}, and s is the sigmoid. With
  reset_gate=False, n = tanh(x W_in + b_n + h W_hn).

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Zhou et al. (2016), as in Flax's `MGUCell`, where f multiplies
  h, and 1 - f multiplies n.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  backward_pass = True

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hf, W_hn
  kernel_init: Initializer = uniform()  # of W_if, W_in
  forget_bias_init: Initializer = ones  # of b_f
  activation_bias_init: Initializer = zeros  # of b_n, b_hn
  reset_gate: bool = True  # whether f multiplies h W_hn + b_hn in n
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
