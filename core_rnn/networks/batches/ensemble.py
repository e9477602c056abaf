"""An ensemble of Elman networks: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Axis, Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Ensemble(Network):
  """An ensemble of Elman networks, each with its own parameters.

  (h_m, hs_m) = elman_m(xs), for every member m

  Each parameter has one more axis, of the members, at params_axis.
  Where split_rngs is off, all members have the same initial parameters,
  which is a common mistake.

  Args: xs [time, inputs]; initial_carry [members, features], 0 by
  default; seq_length [], after which xs is padding.
  Returns: every last h [members, features], and every hs [members,
  time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `Vmap`.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  members: Size  # networks in the ensemble
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  params_axis: Axis = 0  # of the members, in each parameter
  split_rngs: bool = True  # draw the parameters of each member anew
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
