"""A cell with a custom backward pass: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.cells import LAYERS, RuleName
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class BPTT(Network):
  """A cell over time, with hand-written backpropagation through time.

  h_t, y_t = cell(h_{t-1}, x_t)

  Each loop, forward and backward, has one matrix product per step: the
  products with all x_t are one product before the loop, and the
  derivatives of the parameters and of xs are products after the loop.
  The derivative that JAX makes of a loop adds to the derivative of each
  kernel in each step. There is no forward-mode derivative.

  Args: xs [time, inputs]; initial_carry h_0, leaves [features], 0 by
  default; seq_length [], after which xs is padding.
  Returns: the carry of the last step, and every y_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Werbos (1990), Backpropagation Through Time; Appleyard et al.
  (2016), Optimizing Performance of Recurrent Neural Networks on GPUs,
  section 3.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  cell: RuleName = 'lstm'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  @property
  def inner_cell(self) -> Any:
    """Return the description of the cell."""
    return self.inner(LAYERS[self.cell])
