"""Batch normalisation: hyperparameters and arguments."""

from dataclasses import KW_ONLY, dataclass

from jax import numpy as jnp

from core_rnn.initializers import ones, zeros
from core_rnn.kinds import Floating, Initializer, Rate
from core_rnn.networks.network import Network


@dataclass(frozen=True)
class BatchNorm(Network):
  """Batch normalisation, with running statistics.

  y_b = (x_b - E x) / (Var x + 1e-5)^(1/2) scale + bias
  mean' = momentum mean + (1 - momentum) E x
  var' = momentum var + (1 - momentum) Var x

  where E and Var are over the batch. mean and var [features] are in the
  collection `batch_stats`. They and the computation are in param_dtype,
  or in float32 where that is wider. With use_running_average, and for
  an empty batch, mean and var stand for E x and Var x, and do not
  change; Flax returns NaN for an empty batch.

  Args: xs [batch, features].
  Returns: ys [batch, features].
  Raises: TypeError and ValueError, see `core_rnn.checks`.
  Source: Ioffe & Szegedy (2015), Batch Normalization, algorithms 1 and
  2, in the form of Flax's `nn.BatchNorm`.
  """

  arguments = {'xs': 'batch features'}
  collections = ('batch_stats',)

  _: KW_ONLY
  scale_init: Initializer = ones  # of scale
  bias_init: Initializer = zeros  # of bias
  momentum: Rate = 0.99  # weight of the old statistics
  use_running_average: bool = False  # do not read the batch
  dtype: Floating | None = None  # of ys; None: of xs
  param_dtype: Floating = jnp.float32  # of scale and bias
