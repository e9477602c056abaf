"""A causal recurrent kernel: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class CausalRNN(Network):
  """An Elman network with an upper triangular recurrent kernel.

  h_t = tanh(h_{t-1} triu(W_hh) + (x_t W_xh + b_h))

  So unit j of h_t depends on the units i <= j of h_{t-1}. The entries
  of W_hh below the diagonal are 0 after `init`, and their derivatives
  are 0. `map_variables` applies triu to the variables of an Elman cell,
  which needs no change.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: after the example of `nn.map_variables`, `CausalDense`;
  Germain et al. (2015), MADE, which masks kernels in the same way.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of W_hh
  kernel_init: Initializer = uniform()  # of W_xh
  bias_init: Initializer = zeros  # of b_h
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
