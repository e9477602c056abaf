"""The explicit dense layer: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class ExplicitDense(Network):
  """The dense layer, y = x W + b, with a given size of x.

  The parameters do not depend on x, so they can be made before x is
  known: in `setup`, in linen.

  Args: x [features_in].
  Returns: y [features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `ExplicitDense`.
  """

  arguments = {'x': 'features_in'}

  features: Size  # of y
  features_in: Size  # of x
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W [features_in, features]
  bias_init: Initializer = zeros  # of b [features]
  dtype: Floating | None = None  # of the computation; None: of x
  param_dtype: Floating = jnp.float32  # of W and b
