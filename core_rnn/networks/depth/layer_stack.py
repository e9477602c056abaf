"""Residual layers by `layer_scan`: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class LayerStack(Network):
  """Residual layers in a row, by `layer_scan`.

  xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers

  where residual_l is `residual`, with its own masks and parameters. The
  parameters have the layers as the first axis: [layers, ...]. They are
  drawn as those of separate layers, which is not so in `stack`.

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
  unroll: Size = 1  # layers in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output
