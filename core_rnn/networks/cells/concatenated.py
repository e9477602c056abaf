"""The concatenated network: hyperparameters, arguments, zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Activation, Floating, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.types import Features


@dataclass(frozen=True)
class Concatenated(Network):
  """A recurrent network with one dense layer of h and x, concatenated.

  h_t = activation([h_{t-1} x_t] W + b)

  where W is [features + inputs, features].

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Language modeling with Jax and RNNs (2021), `RNNCell`.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  backward_pass = True

  features: Size  # of h
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W
  bias_init: Initializer = zeros  # of b
  activation: Activation = jnp.tanh
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def zero_carry(self, xs) -> Features:
    """Return h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)
