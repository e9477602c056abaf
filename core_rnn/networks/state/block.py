"""A block of layers: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.kinds import Floating, Initializer, Rate, Size
from core_rnn.networks.chance.dropout import Dropout
from core_rnn.networks.network import Network
from core_rnn.networks.state.batch_norm import BatchNorm


@dataclass(frozen=True)
class Block(Network):
  """A dense layer, dropout and batch normalisation.

  y_b = batch_norm(dropout(x_b W + b))

  In training, each example has its own dropout mask, of the stream
  `dropout`, and the batch updates `batch_stats`, unless it is empty.
  Where training is off, nothing is dropped, and the running statistics
  stand for those of the batch.

  Args: xs [batch, inputs].
  Returns: ys [batch, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: the Linen introduction, `Block`, with one mask for all xs.
  """

  arguments = {'xs': 'batch inputs'}
  streams = ('dropout',)
  collections = ('batch_stats',)

  features: Size  # of y
  _: KW_ONLY
  kernel_init: Initializer = uniform()  # of W
  bias_init: Initializer = zeros  # of b
  rate: Rate = 0.5  # probability of 0
  training: bool = True  # drop entries, and update the statistics
  dtype: Floating | None = None  # of the dense layer; None: of xs
  param_dtype: Floating = jnp.float32  # of the parameters

  @property
  def dropout(self) -> Dropout:
    """The dropout of the output of the dense layer."""
    return self.inner(Dropout, deterministic=not self.training)

  @property
  def batch_norm(self) -> BatchNorm:
    """The batch normalisation of the output of the dropout."""
    return BatchNorm(
      use_running_average=not self.training,
      param_dtype=self.param_dtype,
    )
