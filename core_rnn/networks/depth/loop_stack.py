"""Residual layers in a Python loop: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class LoopStack(Network):
  """Residual layers in a row, in a Python loop.

  xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers

  where residual_l is `residual`, with its own masks and parameters. The
  parameters are `layer_0`, `layer_1`, ...: in `stack`, the same arrays
  are stacked.

  Args: xs = xs_0 [time, features]; initial_carry, the h_0 of each layer
  [layers, features], 0 by default; seq_length [], after which xs is
  padding.
  Returns: xs of the last layer [time, features], and h of the last step
  of each layer [layers, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Flax issue 1771, Scan with split parameters.
  """

  arguments = {'xs': 'time features'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  carry_place = 1
  streams = ('dropout',)

  features: Size  # of xs and of each h
  layers: Size  # number of layers
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of each W_hh
  kernel_init: Initializer = uniform()  # of each W_xh
  bias_init: Initializer = zeros  # of each b_h
  rate: Rate = 0.1  # probability that an entry of h_t is dropped
  deterministic: bool = False  # drop nothing
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
