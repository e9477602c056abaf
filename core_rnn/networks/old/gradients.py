"""Networks that differentiate while they compute, or are differentiated so."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax
from jax import numpy as jnp

from core_rnn.networks.old.cells import OverTime, Recurrent, Sequence
from core_rnn.kinds import Rate, Threshold
from core_rnn.networks.old.names import RuleName
from core_rnn.networks.old.sequences import OfCell
from core_rnn.types import Features, PRNGKey, Sensitive, Traced


@dataclass(frozen=True)
class SettlingRNN(Sequence, Recurrent):
  """h_t = h_{t-1} - rate dE/dh, E = |h - elman(h, x_t)|^2 / 2, y_t = E.

  A step down the gradient towards an h that the cell would leave as it is. xs
  [time, inputs] -> h_time [features] and every y_t [time], the energy at
  h_{t-1}. `value_and_grad` replaces the derivative of the cell by hand. The
  start and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: after Rao & Ballard (1999), Predictive coding in the visual cortex,
  where a state is moved to lessen the error of what predicts it.
  """

  _: KW_ONLY
  rate: Rate = 0.5

  def energy(self, h: Features, predicted: Features) -> Any:
    """|h - predicted|^2 / 2, of [features]: shape []."""
    return jnp.sum(jnp.square(h - predicted)) / 2

  def moved(self, h: Features, slope: Features) -> Features:
    """h - rate slope, of [features]."""
    return h - self.rate * slope


@dataclass(frozen=True)
class LangevinRNN(SettlingRNN):
  """h_t = h_{t-1} - rate dE/dh + (2 rate temperature)^(1/2) e_t, e_t ~ N(0, 1).

  With the energy E of `settling_rnn`, of which h is so a sample and not the
  bottom. xs [time, inputs] -> h_time [features] and every h_t [time, features].
  The noise is of the stream `noise`. `grad` is `value_and_grad` without value.
  The start and the padding are as in `elman`. At padding, y draws anew.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Welling & Teh (2011), Bayesian Learning via Stochastic Gradient
  Langevin Dynamics, equation 3, the gradient not stochastic.
  """

  streams = ('noise',)

  _: KW_ONLY
  temperature: Threshold = 0.01

  def shaken(self, key: PRNGKey, h: Features) -> Features:
    """h + (2 rate temperature)^(1/2) e, of [features]."""
    scale = (2 * self.rate * self.temperature) ** 0.5
    return h + scale * jax.random.normal(key, h.shape, h.dtype)


@dataclass(frozen=True)
class RTRL(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), and dh_t/ds at s = 1, all parameters times s.

  xs [time, inputs] -> the last (h, dh) [features] and every (h_t, dh_t) [time,
  features]. The derivative goes forward with the state, so that no step is
  remembered; `jvp` replaces the equations of the sensitivities. The start and
  the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Williams & Zipser (1989), A Learning Algorithm for Continually Running
  Fully Recurrent Neural Networks, along one direction.
  """

  def first(self, xs) -> Sensitive:
    """xs [time, inputs] -> h_0 = dh_0 = 0: [features]."""
    h = super().first(xs)
    return Sensitive(h, jnp.zeros_like(h))


@dataclass(frozen=True)
class LocalRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), e_t = decay e_{t-1} + d(|h_t|^2 / 2)/d params.

  The derivative is that of one step: a local rule knows no more. xs [time,
  inputs] -> the last (h, e), and every h_t [time, features]; e is a tree like
  the parameters. `vjp` replaces the outer products of the rule by hand. The
  start and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: after Bellec et al. (2020), A solution to the learning dilemma for
  recurrent networks of spiking neurons: eligibility traces.
  """

  _: KW_ONLY
  decay: Rate = 0.9

  def first(self, xs) -> Traced:
    """xs [time, inputs] -> h_0 = 0 [features], e_0 = 0 like the parameters."""
    zero = lambda *shape: jnp.zeros(shape, self.param_dtype)
    kernel = zero(xs.shape[-1], self.features)
    dense = {'kernel': kernel, 'bias': zero(self.features)}
    square = zero(self.features, self.features)
    return Traced(
      super().first(xs), {'recurrent': square, 'input': dense}
    )

  def activity(self, h: Features) -> Any:
    """|h|^2 / 2, of [features]: shape []."""
    return jnp.sum(jnp.square(h)) / 2

  def traced(self, traces: Any, slopes: Any) -> Any:
    """decay e + slopes, trees of [...]."""
    add = lambda e, slope: self.decay * e + slope
    return jax.tree.map(add, traces, slopes)


@dataclass(frozen=True)
class ClippedRNN(Sequence, Recurrent):
  """h_t = elman(h_{t-1}, x_t), the derivative by h_{t-1} at most limit.

  Entry by entry, in each step back, so that nothing explodes through time. xs
  [time, inputs] -> h_time [features] and every h_t [time, features]. With
  `custom_vjp` no hook has to reach into the loop. There is no forward
  derivative. The start and the padding are as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Graves (2013), Generating Sequences With Recurrent Neural Networks,
  which clips the derivatives by the inputs of a layer.
  """

  _: KW_ONLY
  limit: Threshold = 1.0

  def clipped(self, slope: Features) -> Features:
    """The slope by h_{t-1}, between -limit and limit: [features]."""
    return jnp.clip(slope, -self.limit, self.limit)


@dataclass(frozen=True)
class BPTT(OverTime, OfCell):
  """(h_t, y_t) = cell(h_{t-1}, x_t), differentiated by a rule of its own.

  xs [time, inputs], initial_carry as the cell has it, [features] -> the carry
  of the last step and every h_t [time, features], on the variables of the cell
  that is named. What needs no order is one product of matrices: those with xs,
  before the loop, and the slopes by matrices and xs, after the loop back. With
  `custom_vjp` no loop adds up the slope of a matrix in each step. There is no
  forward derivative. The start and the padding are as the cell has them.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Werbos (1990), Backpropagation Through Time; Appleyard et al. (2016),
  Optimizing Performance of Recurrent Neural Networks on GPUs, section 3.
  """

  cell: RuleName = 'lstm'
