"""The multilayer perceptron under jit: hyperparameters."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Sizes
from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class JitMLP(Network):
  """The multilayer perceptron, with each layer compiled on its own.

  y_l = relu(y_{l-1} W_l + b_l), where y_{-1} = x; the last layer has no
  relu. The parameters of layer l = 0, 1, ... are `layers_l`.

  Each layer draws its parameters from a key of its own, so the initial
  values differ from those of `mlp`.

  Args: x [inputs].
  Returns: y of the last layer [features[-1]].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `MLP` under Jit.
  """

  arguments = {'x': 'inputs'}

  features: Sizes  # of each y_l
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of each W_l
  bias_init: Initializer = zeros  # of each b_l
  dtype: Floating | None = None  # of the computation; None: of x
  param_dtype: Floating = jnp.float32  # of each W_l and b_l

  @property
  def layers(self) -> dict[str, Dense]:
    """Return the dense layers by name, in order."""
    return {
      f'layers_{i}': self.inner(Dense, features)
      for i, features in enumerate(self.features)
    }
