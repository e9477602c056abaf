"""The state space model: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import ones, uniform
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SSM(Network):
  """A state space model: a linear recurrence for each feature.

  recurrence:   x_t = exp(r) x_{t-1} + b u_t, y_t = C x_t + D u_t
  convolution:  K_s = C exp(s r) b, y_t = sum_s K_s u_{t-s} + D u_t

  where r = -exp(step + decay) and b = B (1 - exp(r)) / exp(decay), the
  zero-order hold of x' = -exp(decay) x + B u over steps of exp(step).
  The products with C are sums over the state. Both modes have the same
  parameters: decay, B, C [features, state], and step, D [features].

  The recurrence starts from x [features, state] of the collection
  `cache`, and apply stores x of the last step there; init stores 0.

  Args: us [time, features]; seq_length [], after which us is padding.
  Returns: every y_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: The Annotated S4, part 1, `SSMLayer`; Gu et al. (2022), On the
  Parameterization and Initialization of Diagonal State Space Models.
  """

  arguments = {'us': 'time features'}
  optional = {'seq_length': ''}
  collections = ('cache',)

  features: Size  # of u and of y
  _: KW_ONLY
  kernel_init: Initializer = uniform(1.0)  # of B and C
  step_init: Initializer = uniform(1.0)  # of step
  decay_init: Initializer = uniform(1.0)  # of decay
  skip_init: Initializer = ones  # of D
  state: Size = 4  # entries of x for each feature
  mode: Literal['convolution', 'recurrence'] = 'convolution'
  dtype: Floating | None = None  # of the computation; None: of us
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
