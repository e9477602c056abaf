"""A network that repeats its steps: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size, Threshold
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class PonderRNN(Network):
  """An Elman network that looks at a large input several times.

  h_t = elman(g, x_t), where g is h_{t-1} after k more steps with x_t

  k is the number of times that max |x_t| can be halved until it is at
  most threshold, or limit if that is less. A `while_loop` computes g.
  The loop has no reverse-mode derivative, since its number of
  iterations is not known when the program is compiled. So every
  derivative takes g as a constant: it is the derivative of the last
  step alone.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Graves (2016), Adaptive Computation Time for Recurrent Neural
  Networks, here with a number of steps that depends on the input alone;
  Bolte et al. (2023), One-step differentiation of iterative algorithms.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  threshold: Threshold = 0.5  # of max |x_t|, halved in every iteration
  limit: Size = 3  # the most iterations of the loop
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
