"""The state space cell: hyperparameters and zero carry."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SSMCell(Network):
  """A dense layer, and a state space with one system for each feature.

  s_t = exp(rate) s_{t-1} + B' u_t  y_t = tanh(C s_t + D u_t)
  u_t = x_t W + b

  where (rate, B') is the discretization of (A, B) with the step size of
  each feature, and A = -exp(decay). s is [features, state].

  Args: xs [time, inputs].
  Returns: s of the last step, and every y_t [time, features].
  Source: Gu et al. (2022), On the Parameterization and Initialization
  of Diagonal State Space Models, S4D-Real.
  """

  arguments = {'xs': 'time inputs'}
  state = 4  # the size of the state of one system

  features: Size  # of u and of y
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W
  bias_init: Initializer = zeros  # of b
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters

  def zero_carry(self, xs) -> Float[Array, 'features state']:
    """Return s_0 = 0: [features, state]."""
    shape = (self.features, self.state)
    return jnp.zeros(shape, self.dtype or xs.dtype)
