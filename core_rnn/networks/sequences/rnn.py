"""A cell over a batch of sequences: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.cells import LAYERS, CellName
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class RNN(Network):
  """A cell over time, for each sequence of a batch.

  h_t, y_t = cell(h_{t-1}, x_t)

  The axes are [time, batch, ...] in place of [batch, time, ...] if
  time_major. The outputs of a reverse loop are in the order in which
  they are computed, the last step first; keep_order returns them in the
  order of the inputs. With include_initial_carry, the output of h_0
  stands before that of the first step, and ys is [batch, 1 + time,
  features]. With deferred, the derivatives are those of the custom
  backward pass of `bptt`, and there is no forward-mode derivative.

  Args: xs [batch, time, inputs]; initial_carry h_0, leaves [batch,
  features], 0 by default; seq_lengths [batch], after which xs is
  padding.
  Returns: every y_t [batch, time, features]; or, if return_carry, h of
  the last step, and every y_t. The padding of ys stays at the end.
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Flax's `RNN`, whose variables have the same names and shapes.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  features: Size  # of h and of y
  cell: CellName = 'lstm'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  time_major: bool = False  # [time, batch, ...], not [batch, time, ...]
  return_carry: bool = False  # (h, ys), not ys
  keep_order: bool = False  # a reverse loop returns y_1 first
  include_initial_carry: bool = False  # the output of h_0 among ys
  deferred: bool = False  # the custom backward pass of `bptt`
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  reverse: bool = False  # from the last step to the first
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  @property
  def inner_cell(self) -> Any:
    """Return the description of the cell."""
    return self.inner(LAYERS[self.cell])
