"""Two networks over time: hyperparameters and arguments."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.merging import concatenate
from core_rnn.networks.cells import CellName
from core_rnn.networks.network import Network
from core_rnn.networks.sequences.rnn import RNN


@dataclass(frozen=True)
class Bidirectional(Network):
  """Two networks over time, one of which runs from the last step.

  y_t = merge_fn(forward_t, backward_t)

  where forward_t and backward_t are the outputs of the two networks at
  step t. merge_fn takes the outputs of all steps, in the order of the
  inputs. The axes are [time, batch, ...] in place of [batch, time, ...]
  if time_major.

  Args: xs [batch, time, inputs]; initial_carry (forward, backward),
  leaves [batch, features], 0 by default; seq_lengths [batch], after
  which xs is padding.
  Returns: every y_t, [batch, time, 2 features] by default; or, if
  return_carry, the last carries (forward, backward), and every y_t.
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Schuster & Paliwal (1997), Bidirectional Recurrent Neural
  Networks; Flax's `Bidirectional`, whose variables have the same names
  and shapes.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  features: Size  # of h and of the outputs of each network
  cell: CellName = 'lstm'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  merge_fn: Callable[..., Any] = concatenate  # forward, backward -> ys
  time_major: bool = False  # [time, batch, ...], not [batch, time, ...]
  return_carry: bool = False  # (carries, ys), not ys
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  def direction(self, reverse: bool) -> RNN:
    """Return the description of the forward or the backward network."""
    own = {'return_carry': True, 'zero_padding': False}
    return self.inner(RNN, reverse=reverse, keep_order=True, **own)
