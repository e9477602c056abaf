"""Recurrent layers in a row: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size, Sizes
from core_rnn.networks.cells import LayerName
from core_rnn.networks.network import Network
from core_rnn.networks.sequences.deep_layer import DeepLayer


@dataclass(frozen=True)
class DeepRNN(Network):
  """Several cells over time, each on the outputs of the one below.

  xs_l = dropout(rnn_l(xs_{l-1}))             or, if residual,
  xs_l = dropout(xs_{l-1} + rnn_l(xs_{l-1}))

  for l = 1, 2, ..., where xs_0 = xs. There is no dropout after the last
  layer, and no sum where xs_{l-1} and rnn_l(xs_{l-1}) have different
  sizes. With learned_carry, the initial carries are parameters. With
  deferred, the derivatives are those of custom backward passes, see
  `rnn`, and `min_gru` and `ssm` are associative scans.

  Args: xs [batch, time, inputs]; initial_carry, a tuple of the carries
  of all layers, leaves [batch, features[l]], 0 or learned by default;
  seq_lengths [batch], after which xs is padding.
  Returns: the carries of the last step, a tuple, and the outputs of the
  last layer [batch, time, features[-1]].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Graves (2013), Generating Sequences With Recurrent Neural
  Networks, section 2; Zaremba et al. (2014), Recurrent Neural Network
  Regularization.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  streams = ('dropout',)

  features: Sizes  # of h, for each layer
  cell: LayerName = 'lstm'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of the kernels of x
  bias_init: Initializer = zeros  # of the biases
  carry_init: Initializer = zeros  # of the learned carries
  rate: Rate = 0.0  # of the dropout
  deterministic: bool = False  # no dropout
  residual: bool = False  # add the inputs of a layer to its outputs
  learned_carry: bool = False  # initial carries that are parameters
  deferred: bool = False  # the custom backward pass of `bptt`
  dtype: Floating | None = None  # of the computation; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters
  unroll: Size = 1  # steps in one iteration of the loop
  zero_padding: bool = False  # 0 after the end, or the last output

  @property
  def layers(self) -> list[DeepLayer]:
    """Return the description of each layer."""
    return [self.inner(DeepLayer, size) for size in self.features]
