"""The dense layer: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Dense(Network):
  """The dense layer, y = x W + b, for one x.

  Args: x [inputs].
  Returns: y [features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `SimpleDense`.
  """

  arguments = {'x': 'inputs'}

  features: Size  # of y
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W [inputs, features]
  bias_init: Initializer = zeros  # of b [features]
  dtype: Floating | None = None  # of the computation; None: of x
  param_dtype: Floating = jnp.float32  # of W and b
