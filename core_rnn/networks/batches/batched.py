"""The Elman network over a batch: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Axis, Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Batched(Network):
  """The Elman network over a batch, with the same parameters.

  (h_b, hs_b) = elman(xs_b), for every example b

  Args: xs [batch, time, inputs], with the batch at in_axes: 0 is
  batch-major, and 1 is time-major; initial_carry [batch, features], 0
  by default; seq_lengths [batch], after which a sequence is padding.
  Returns: every last h [batch, features], and every hs [batch, time,
  features], with the batch at out_axes.
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `Vmap`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  in_axes: Axis = 0  # of the batch, in xs
  out_axes: Axis = 0  # of the batch, in hs
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
