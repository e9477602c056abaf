"""A deep stack in little memory: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class RematStack(Network):
  """A stack of residual layers, in groups that are computed again.

  x_l = x_{l-1} + tanh(x_{l-1} W_l + b_l), for l = 1, ..., groups layers

  The parameters have the axes [groups, layers] in front. The forward
  pass saves x before each group; the backward pass computes the layers
  of one group at a time. With n layers in n^(1/2) groups, the memory is
  2 n^(1/2) vectors. `remat_scan` replaces a loop in a loop.

  Args: x [features].
  Returns: x after the last layer, [features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Chen et al. (2016), Training Deep Nets with Sublinear Memory
  Cost, section 4.1.
  """

  arguments = {'x': 'features'}

  lengths: tuple[Size, Size]  # groups, and layers in each group
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of every W_l
  bias_init: Initializer = zeros  # of every b_l
  dtype: Floating | None = None  # of the computation; None: of x
  param_dtype: Floating = jnp.float32  # of the parameters
