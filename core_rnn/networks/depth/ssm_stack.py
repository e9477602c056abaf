"""State space models in a row: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import ones, uniform
from core_rnn.kinds import Floating, Initializer, Size
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class SSMStack(Network):
  """State space models in a row, by `layer_scan`.

  us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), for l = 1, ..., layers

  where ssm_l is `ssm` as a convolution, with its own parameters. The
  parameters have the layers as the first axis: [layers, ...].

  Args: us = us_0 [time, features]; seq_length [], after which us is
  padding.
  Returns: us of the last layer [time, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Flax issue 1771, `SeqInternal` and its `slowfunction`.
  """

  arguments = {'us': 'time features'}
  optional = {'seq_length': ''}

  features: Size  # of us
  layers: Size  # number of layers
  _: KW_ONLY
  kernel_init: Initializer = uniform(1.0)  # of each B and C
  step_init: Initializer = uniform(1.0)  # of each step
  decay_init: Initializer = uniform(1.0)  # of each decay
  skip_init: Initializer = ones  # of each D
  state: Size = 4  # entries of each x for each feature
  batched_setup: bool = True  # all kernels at once, before the loop
  dtype: Floating | None = None  # of the computation; None: of us
  param_dtype: Floating = jnp.float32  # of the parameters
  zero_padding: bool = False  # 0 after the end, or the last output
