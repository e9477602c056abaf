"""Gradients clipped through time: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size, Threshold
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class ClippedRNN(Network):
  """An Elman network whose gradients are clipped in each step back.

  h_t = elman(h_{t-1}, x_t)

  The backward pass clips the derivative with respect to h_{t-1}, entry
  by entry, to [-limit, limit], so that no gradient explodes through
  time. `custom_vjp` needs no hook into the loop. There is no forward
  derivative.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: h of the last step [features], every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Graves (2013), Generating Sequences With Recurrent Neural
  Networks, which clips the derivatives with respect to layer inputs.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  limit: Threshold = 1.0  # of each entry of the derivative
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
