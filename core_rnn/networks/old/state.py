"""Networks whose collections move: a count, and statistics of batches."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from jax import lax
from jax import numpy as jnp

from core_rnn.equations.normalising import mean
from core_rnn.equations.padding import select
from core_rnn.initializers import ones, uniform, zeros
from core_rnn.networks.old.cells import Recurrent
from core_rnn.networks.old.chance import Dropout
from core_rnn.networks.old.dense import Dense
from core_rnn.kinds import Initializer, Rate, Size
from core_rnn.networks.network import Network
from core_rnn.networks.old.typed import Typed
from core_rnn.types import Features


@dataclass(frozen=True)
class Counter(Network):
  """count -> count + 1, both of shape []: an int32, which `init` leaves at 0.

  Where the collection `counter` is not mutable, the count is returned, and
  forgotten.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Counter`.
  """

  collections = ('counter',)


@dataclass(frozen=True)
class BatchNorm(Typed):
  """y_b = (x_b - E x) / (Var x + 1e-5)^(1/2) scale + bias, E and Var over b.

  xs [batch, features] -> ys [batch, features], in dtype, which None leaves to
  xs. mean' = momentum mean + (1 - momentum) E x, likewise var': [features] in
  `batch_stats`, in param_dtype, or in float32 if that is less, as is all that
  is computed. With use_running_average, mean and var stand for E x and Var x,
  and stay; so they do for a batch of 0, of which Flax makes NaN.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), algorithms 1 and 2, as Flax's `nn.BatchNorm`.
  """

  arguments = {'xs': 'batch features'}
  collections = ('batch_stats',)

  _: KW_ONLY
  momentum: Rate = 0.99
  scale_init: Initializer = ones
  bias_init: Initializer = zeros
  use_running_average: bool = False

  @cached_property
  def stored(self) -> Any:
    """The dtype of the statistics [features], and of all that is computed."""
    return np.promote_types(jnp.dtype(self.param_dtype), 'float32')

  def any_valid(self, valid: Any) -> Any:
    """Whether any example [] of the batch is valid: []."""
    return lax.pmax(valid.astype(int), 'batch') > 0

  @property  # not cached: one batch is of another size than the next
  def observes(self) -> bool:
    """Whether the batch has moments: of x [features], by the name `batch`."""
    return not self.use_running_average and lax.axis_size('batch') > 0

  def moments(
    self,
    x: Features,
    running: tuple[Features, Features],
    valid: Any = None,
  ) -> tuple[Features, Features]:
    """E x and Var x over what is valid [], the running of none: [features]."""
    centre = mean(x, 'batch', valid)
    now = centre, mean(lax.square(x - centre), 'batch', valid)
    if valid is None:
      return now
    return select(self.any_valid(valid), now, running)

  def moved(
    self, running: Features, now: Features, valid: Any = None
  ) -> Features:
    """momentum running + (1 - momentum) now: [features]; of none valid, now."""
    moved = self.momentum * running + (1 - self.momentum) * now
    if valid is None:
      return moved
    return jnp.where(self.any_valid(valid), moved, now)

  def scaled(
    self, x: Features, mean: Features, var: Features, scale, bias
  ) -> Features:
    """(x - mean) / (var + 1e-5)^(1/2) scale + bias: [features]."""
    scale, bias = scale.astype(x.dtype), bias.astype(x.dtype)
    return (x - mean) * (lax.rsqrt(var + 1e-5) * scale) + bias


@dataclass(frozen=True)
class Block(Typed):
  """y_b = batch_norm(m_b (x_b W + b) / (1 - rate)), m_b of `dropout`.

  xs [batch, inputs] -> ys [batch, features]. In training, each example has a
  mask of its own, and `batch_stats` move by the batch, unless it is 0; where
  that is off, nothing is dropped, and they stand for the batch's own.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Block`, which has one mask for all of xs.
  """

  arguments = {'xs': 'batch inputs'}
  streams = ('dropout',)
  collections = ('batch_stats',)

  features: Size
  _: KW_ONLY
  rate: Rate = 0.5
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros
  training: bool = True

  @cached_property
  def dense(self) -> Dense:
    """x [inputs] to [features]."""
    return Dense(
      self.features,
      kernel_init=self.kernel_init,
      bias_init=self.bias_init,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )

  @cached_property
  def dropout(self) -> Dropout:
    """Of what the dense layer returns, [features]."""
    return Dropout(self.rate, not self.training)

  @cached_property
  def batch_norm(self) -> BatchNorm:
    """Of what is left, [features]."""
    return BatchNorm(
      use_running_average=not self.training,
      param_dtype=self.param_dtype,
    )


@dataclass(frozen=True)
class BatchnormRNN(Recurrent):
  """h_t = tanh(h_{t-1} W_hh + batch_norm(x_t W_xh)), the batch that of step t.

  xs [batch, time, inputs], initial_carry [batch, features] -> every h [batch,
  features], every hs [batch, time, features]. All steps move the same
  statistics [features], a carry; or each its own, [time, features], an axis. A
  batch of 0 moves none. What follows the first seq_lengths [batch] steps is
  padding, which no statistics count, and h stays; hs there are 0 if
  zero_padding, or else the last once more, as of x = 1/2 if there is none. A
  step of padding alone moves nothing.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Laurent et al. (2016), Batch Normalized Recurrent Neural Networks,
  frame-wise; Cooijmans et al. (2017), Recurrent Batch Normalization: an axis.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  collections = ('batch_stats',)

  statistics: Literal['carry', 'axis'] = 'carry'
  _: KW_ONLY
  momentum: Rate = 0.99
  use_running_average: bool = False
  zero_padding: bool = False

  def first(self, xs) -> Any:
    """xs [batch, time, inputs] -> every h_0 = 0: [batch, features]."""
    return jnp.zeros((len(xs), self.features), self.dtype or xs.dtype)

  @cached_property
  def batch_norm(self) -> BatchNorm:
    """Of x W_xh, [features]."""
    return BatchNorm(
      momentum=self.momentum,
      bias_init=self.bias_init,
      use_running_average=self.use_running_average,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )
