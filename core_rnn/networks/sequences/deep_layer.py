"""One layer of a deep network: hyperparameters."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.cells import LAYERS, LayerName
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class DeepLayer(Network):
  """A layer of `deep_rnn`: an `rnn`, whose cell can also be `ssm`.

  Args: xs [batch, time, inputs]; initial_carry h_0, leaves [batch,
  features], 0 by default; seq_lengths [batch], after which xs is
  padding.
  Returns: h of the last step, and every y_t [batch, time, features].
  """

  time_major = False
  return_carry = True
  keep_order = False
  include_initial_carry = False
  reverse = False
  zero_padding = False

  features: Size  # of h and of y
  cell: LayerName = 'lstm'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  deferred: bool = False  # the custom backward pass of `bptt`
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  unroll: Size = 1  # steps in one iteration of the loop

  @property
  def inner_cell(self) -> Any:
    """Return the description of the cell."""
    return self.inner(LAYERS[self.cell])
