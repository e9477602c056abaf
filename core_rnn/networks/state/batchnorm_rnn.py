"""A network with batch normalisation: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network
from core_rnn.networks.state.batch_norm import BatchNorm


@dataclass(frozen=True)
class BatchnormRNN(Network):
  """The Elman network over a batch, with normalised inputs.

  h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh))

  where the batch at step t is the examples that are valid at t. The
  statistics are a carry, [features], which every step updates; or an
  axis, [time, features], of which each step updates its own. A step
  with no valid example updates nothing.

  Args: xs [batch, time, inputs]; initial_carry [batch, features], 0 by
  default; seq_lengths [batch], after which a sequence is padding.
  Returns: every last h [batch, features], and every hs [batch, time,
  features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural
  Networks, frame-wise; Cooijmans et al. (2017), Recurrent Batch
  Normalization, for statistics along an axis.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  collections = ('batch_stats',)

  features: Size  # of h
  statistics: Literal['carry', 'axis'] = 'carry'  # in the scan
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of the normalisation
  momentum: Rate = 0.99  # weight of the old statistics
  use_running_average: bool = False  # do not read the batch
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output

  @property
  def batch_norm(self) -> BatchNorm:
    """The batch normalisation of x_t W_xh."""
    return self.inner(BatchNorm)

  def zero_carry(self, xs) -> Any:
    """Return h_0 = 0 of every example: [batch, features]."""
    return jnp.zeros((len(xs), self.features), self.dtype or xs.dtype)
