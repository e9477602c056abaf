"""A network of several cells: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Size, Threshold
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class GradedRNN(Network):
  """A network that runs a larger cell for a larger input.

  h_t = h_{t-1}               if max |x_t| <= threshold
  h_t = elman(h_{t-1}, x_t)   else if max |x_t| <= 2 threshold
  h_t = gru(h_{t-1}, x_t)     otherwise

  The cells have different parameters. `switch` runs one of them in a
  step, while a sum with weights of 0 and 1 would run all of them.

  Args: xs [time, inputs]; initial_carry h_0 [features], 0 by default;
  seq_length [], after which xs is padding.
  Returns: the last h [features], and every h_t [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: after Bengio et al. (2013), Estimating or Propagating
  Gradients Through Stochastic Neurons for Conditional Computation.
  """

  arguments = {'xs': 'time inputs'}
  optional = {'initial_carry': 'carry', 'seq_length': ''}

  features: Size  # of h
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of all biases
  threshold: Threshold = 0.5  # of max |x_t|, for the Elman cell
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
