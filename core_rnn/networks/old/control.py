"""Networks that decide in each step what to compute, and how often."""

from dataclasses import KW_ONLY, dataclass
from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from core_rnn.networks.old.cells import GRU, Elman, Recurrent, Sequence
from core_rnn.kinds import Size, Threshold
from core_rnn.networks.old.sequences import inner
from core_rnn.types import Features, Inputs


@dataclass(frozen=True)
class SkipRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t) where max |x_t| > threshold, and else h_{t-1}.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. A step
  in which little comes in costs nothing: `cond` runs one of two branches, where
  `select` would compute both. Under `vmap` it is a `select`. The start and the
  padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: after Campos et al. (2018), Skip RNN, whose gate is learned; this one
  is the input, as in Neil et al. (2017), Delta Networks.
  """

  _: KW_ONLY
  threshold: Threshold = 1.0

  def wakes(self, x: Inputs) -> Any:
    """Whether x [inputs] is worth a step: of shape []."""
    return jnp.abs(x).max() > self.threshold


@dataclass(frozen=True)
class GradedRNN(Sequence, Recurrent):
  """h_t = h_{t-1}, elman(h_{t-1}, x_t) or gru(h_{t-1}, x_t), by max |x_t|.

  The first up to threshold, the second up to twice that, and else the third. xs
  [time, inputs] -> h_time [features] and every h_t [time, features]. The cells
  have parameters of other shapes; `switch` runs one of them in a step, where a
  mixture written out would run all. The start and the padding are as in
  `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: after Bengio et al. (2013), Estimating or Propagating Gradients
  Through Stochastic Neurons for Conditional Computation.
  """

  _: KW_ONLY
  threshold: Threshold = 0.5

  def grade(self, x: Inputs) -> Any:
    """0, 1 or 2, of shape []: how much is to be computed of x [inputs]."""
    size = jnp.abs(x).max()
    over = [size > self.threshold, size > 2 * self.threshold]
    return sum(one.astype(jnp.int32) for one in over)

  @property
  def elman(self) -> Elman:
    """The cell for inputs of middling size, to [features]."""
    return Elman(self.features, **inner(self))

  @property
  def gru(self) -> GRU:
    """The cell for large inputs, to [features]."""
    return GRU(self.features, **inner(self))


class Pondering(NamedTuple):
  """How often x was looked at, how large it still is, and h [features]."""

  looks: Any
  size: Any
  h: Features


@dataclass(frozen=True)
class PonderRNN(Sequence, Recurrent):
  """h_t = elman(h, x_t), of an h that has been as often through elman before.

  So often as max |x_t| can be halved until it is at most threshold, and at most
  limit times: a large input is looked at longer. xs [time, inputs] -> h_time
  [features] and every h_t [time, features]. The number of turns of a
  `while_loop` is in no program, so that it has no reverse derivative: that of
  the last look stands for it. The start and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Graves (2016), Adaptive Computation Time for Recurrent Neural
  Networks, halted by the input; Bolte et al. (2023), One-step differentiation
  of iterative algorithms.
  """

  _: KW_ONLY
  threshold: Threshold = 0.5
  limit: Size = 3

  def begin(self, h: Features, x: Inputs) -> Pondering:
    """No look yet at x [inputs], from h [features]."""
    size = jnp.abs(x).max()
    return lax.stop_gradient(Pondering(jnp.int32(0), size, h))

  def goes_on(self, now: Pondering) -> Any:
    """Whether it looks once more: of shape []."""
    return (now.size > self.threshold) & (now.looks < self.limit)

  def looked(self, now: Pondering, h: Features) -> Pondering:
    """One look more, which led to h [features]."""
    return Pondering(now.looks + 1, now.size / 2, lax.stop_gradient(h))
