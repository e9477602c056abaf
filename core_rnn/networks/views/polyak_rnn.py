"""Averaged parameters: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class PolyakRNN(Network):
  """An Elman network with a running average of its parameters.

  h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))
  average = momentum average + (1 - momentum) params

  The collection `average` has the shapes of `params`, and `init` sets
  it to `params`. Each call of `apply` updates it. If averaged is set,
  the network computes with the average in place of the parameters, and
  does not update it. `swap_collection` replaces a second network.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Polyak & Juditsky (1992), Acceleration of Stochastic
  Approximation by Averaging, here with weights that decay.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  collections = ('average',)

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  momentum: Rate = 0.9  # weight of the old average
  averaged: bool = False  # compute with the average
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
