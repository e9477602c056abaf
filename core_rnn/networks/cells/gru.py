"""The GRU: hyperparameters, arguments and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class GRU(Network):
  """The gated recurrent unit, with two gates of x and h.

  h_t = (1 - z) n + z h
  r = s(x W_ir + b_r + h W_hr)      z = s(x W_iz + b_z + h W_hz)
  n = tanh(x W_in + b_n + r (h W_hn + b_hn))

  where x = x_t, h = h_{t-1}, and s is the sigmoid.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Cho et al. (2014), as in Flax's `GRUCell`, where r multiplies
  h W_hn + b_hn, not h.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  backward_pass = True

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hr, W_hz, W_hn
  kernel_init: Initializer = uniform()  # of W_ir, W_iz, W_in
  bias_init: Initializer = zeros  # of b_r, b_z, b_n, b_hn
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
