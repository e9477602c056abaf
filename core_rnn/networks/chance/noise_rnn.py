"""Noise in the state: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class NoiseRNN(Network):
  """An Elman network that adds noise to h after every step.

  h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + scale e_t

  where e_t ~ N(0, 1) is drawn from the stream `noise`: for every step,
  or, if split_rngs is off, once for all steps. If deterministic is set,
  e_t is 0.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Dieng et al. (2018), Noisin, in its additive form with
  Gaussian noise. Jim, Giles & Horne (1996), An Analysis of Noise in
  Recurrent Neural Networks, add noise to the weights instead.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}
  streams = ('noise',)

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  scale: Rate = 0.1  # standard deviation of the noise
  split_rngs: bool = True  # a draw for every step, or one for all
  deterministic: bool = False  # draw nothing, and add nothing
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
