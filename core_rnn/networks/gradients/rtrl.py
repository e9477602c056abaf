"""Real-time recurrent learning: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Sensitive


@dataclass(frozen=True)
class RTRL(Network):
  """An Elman network that carries a derivative of its state forward.

  h_t = elman(h_{t-1}, x_t)   dh_t = dh_t/ds at s = 1

  where s is a factor of all parameters. The derivative goes forward
  with the state, so that no step is stored; `jvp` computes it.

  Args: xs [time, inputs]; initial_carry (h_0, dh_0), each [features], 0
  by default; seq_length [], after which xs is padding.
  Returns: (h, dh) of the last step, each [features], and every h_t and
  dh_t, each [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Williams & Zipser (1989), A Learning Algorithm for Continually
  Running Fully Recurrent Neural Networks, along one direction.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h and of dh
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Sensitive:
    """Return h_0 = dh_0 = 0, each [features]."""
    dtype = self.dtype or xs.dtype
    h, dh = (jnp.zeros(self.features, dtype) for _ in range(2))
    return Sensitive(h, dh)
