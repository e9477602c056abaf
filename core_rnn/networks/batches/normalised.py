"""Inputs normalised over the batch: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class Normalised(Network):
  """The Elman network, with inputs that are normalised over the batch.

  (h_b, hs_b) = elman(z_b)   z = (x - E x) / (Var x + 1e-5)^(1/2)

  where E and Var are over the examples that are valid at a step. A step
  gets one example, and reads the others by the name of their axis.

  Args: xs [batch, time, inputs]; initial_carry [batch, features], 0 by
  default; seq_lengths [batch], after which a sequence is padding.
  Returns: every last h [batch, features], and every hs [batch, time,
  features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Ioffe & Szegedy (2015), Batch Normalization, equation 1.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
