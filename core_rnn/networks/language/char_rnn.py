"""A network of characters: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size, Sizes
from core_rnn.networks.cells import LayerName
from core_rnn.networks.network import Network
from core_rnn.networks.sequences.deep_rnn import DeepRNN


@dataclass(frozen=True)
class CharRNN(Network):
  """A network that predicts the next character at each step of a text.

  logits_t = h_t W + b    h = deep_rnn(x)

  where x_t is the one-hot vector of token t, [vocabulary]; or, where
  embedding is a size, the row of the parameter `embedding` [vocabulary,
  embedding] for token t. See `deep_rnn` for the other hyperparameters.

  Args: tokens [batch, time], integers below vocabulary; initial_carry,
  a tuple of the carries of all layers, leaves [batch, features[l]], 0
  or learned by default; seq_lengths [batch], after which tokens is
  padding.
  Returns: the carries of the last step, a tuple, and every logits_t
  [batch, time, vocabulary].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Karpathy (2015), The Unreasonable Effectiveness of Recurrent
  Neural Networks; Language modeling with Jax and RNNs (2021), `ChaRNN`.
  """

  arguments = {'tokens': 'batch time'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  integers = {'tokens': 'vocabulary'}
  streams = ('dropout',)

  vocabulary: Size  # the number of different characters
  features: Sizes  # of h, for each layer
  cell: LayerName = 'concatenated'  # the name of the cell
  _: KW_ONLY
  recurrent_init: Initializer = uniform()  # of the kernels of h
  kernel_init: Initializer = uniform()  # of W, the embedding, ...
  bias_init: Initializer = zeros  # of b and of the other biases
  embedding: Size | None = None  # None: x is one-hot
  rate: Rate = 0.0  # of the dropout
  deterministic: bool = False  # no dropout
  residual: bool = False  # add the inputs of a layer to its outputs
  learned_carry: bool = False  # initial carries that are parameters
  deferred: bool = False  # the custom backward pass of `bptt`
  dtype: Floating | None = None  # of the computation
  param_dtype: Floating = jnp.float32  # of the parameters
  unroll: Size = 1  # steps in one iteration of the loop

  @property
  def computed(self) -> Floating:
    """Return the dtype of the computation; None: that of parameters."""
    return self.dtype or self.param_dtype

  @property
  def layers(self) -> DeepRNN:
    """Return the description of the recurrent layers."""
    return self.inner(DeepRNN)
