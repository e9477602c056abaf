"""A network that skips steps: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size, Threshold
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SkipRNN(Network):
  """An Elman network that skips the steps of small inputs.

  h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))  if max |x_t| > threshold
  h_t = h_{t-1}                                otherwise

  A skipped step computes nothing: `cond` runs one of two branches,
  while `select` would need both results. Under `vmap`, `cond` is a
  `select`.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: after Campos et al. (2018), Skip RNN, whose gate is learned.
  Here the input is the gate, as in Neil et al. (2017), Delta Networks.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  threshold: Threshold = 1.0  # of max |x_t|, for an update
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
