"""An ensemble over a batch: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Nested(Network):
  """An ensemble of Elman networks, over a batch.

  (h_mb, hs_mb) = elman_m(xs_b), for every member m and every example b

  Each parameter has the axis of the members in front.

  Args: xs [batch, time, inputs]; initial_carry [members, batch,
  features], 0 by default; seq_lengths [batch], after which a sequence
  is padding.
  Returns: every last h [members, batch, features], and every hs
  [members, batch, time, features]. Where outer is 'batch', the batch is
  before the members, and in initial_carry too.
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `Vmap`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  features: Size  # of h
  members: Size  # networks in the ensemble
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  outer: Literal['members', 'batch'] = 'members'  # the first axis
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
