"""Rematerialization of the steps: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class RematRNN(Network):
  """An Elman network whose backward pass computes its steps again.

  h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h))

  The forward pass saves the states alone, or also the products of
  matrices, or everything. The backward pass computes again what is not
  saved. `checkpoint` replaces a derivative by hand. The two
  computations are in two loops, so that XLA cannot merge them, and
  `prevent_cse` is not needed.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Gruslys et al. (2016), Memory-Efficient Backpropagation
  Through Time, which saves the states alone.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  # saved by the forward pass, for the backward pass
  saved: Literal['states', 'products', 'everything'] = 'states'
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
