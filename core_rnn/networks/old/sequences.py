"""What runs cells over batches of sequences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from functools import cached_property, partial
from typing import Any

import jax
from jax import numpy as jnp

from core_rnn.merging import concatenate
from core_rnn.equations.padding import (
  before,
  ended,
  padded,
  turned,
  zeroed,
)
from core_rnn.equations.state_space import System, discretised, read
from core_rnn.initializers import LogUniform, log_counts, uniform, zeros
from core_rnn.networks.old.cells import (
  GRU,
  LSTM,
  MGU,
  Concatenated,
  Elman,
  Jordan,
  MinGRU,
  OptimizedLSTM,
  Plain,
  Recurrent,
)
from core_rnn.networks.old.chance import Dropout
from core_rnn.networks.old.dense import Product
from core_rnn.networks.old.depth import StateSpace
from core_rnn.kinds import Initializer, Rate, Size, Sizes
from core_rnn.networks.old.names import CellName, LayerName
from core_rnn.networks.old.typed import Typed
from core_rnn.types import BothWays, LSTMCarry


@dataclass(frozen=True)
class SimpleScan(Typed):
  """(c_t, h_t) = lstm(c_{t-1}, h_{t-1}, x_t), for all of the batch at once.

  xs [batch, time, inputs], initial_carry [batch, inputs] -> (c, h) of the last
  step [batch, inputs], every h_t [batch, time, inputs]: there are as many
  features as inputs, and the scan goes along axis 1. The parameters are
  `lstm_cell`, as in `lstm`. The padding, after the seq_lengths [batch], is as
  in `rnn`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `SimpleScan`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  _: KW_ONLY
  recurrent_init: Initializer = uniform()
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros
  zero_padding: bool = False

  def lstm(self, xs) -> LSTM:
    """xs [batch, time, inputs] -> the LSTM of as many features."""
    return LSTM(xs.shape[-1], **inner(self))


@dataclass(frozen=True)
class OfCell(Recurrent):
  """What runs a cell that is named, [inputs] to [features]."""

  cell: LayerName = 'lstm'

  @cached_property
  def of_cell(self) -> Any:
    """The network of the cell that it runs, [inputs] to [features]."""
    network: Any = CELLS[self.cell]
    taken = {field.name for field in fields(network)}
    given = {n: value for n, value in inner(self).items() if n in taken}
    return network(self.features, **given)


@dataclass(frozen=True)
class Runner(OfCell):
  """What runs a cell over a batch of sequences, xs [batch, time, inputs]."""

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  _: KW_ONLY
  time_major: bool = False
  return_carry: bool = False
  unroll: Size = 1
  zero_padding: bool = False


@dataclass(frozen=True)
class Run(Runner):
  """A runner that goes in one direction, xs [batch, time, inputs]."""

  _: KW_ONLY
  reverse: bool = False
  keep_order: bool = False
  include_initial_carry: bool = False
  deferred: bool = False

  def returned(
    self,
    xs: Any,
    initial_carry: Any,
    seq_lengths: Any,
    carry: Any,
    ys: Any,
  ) -> Any:
    """What it was given, h_time, and y_t by time [batch, time, ...] -> ys."""
    axis = 1 if self.time_major else 0
    turn = jax.vmap(turned, (axis, 0), axis)
    if self.reverse and (
      self.include_initial_carry or not self.keep_order
    ):
      ys = turn(ys, seq_lengths)
    if self.include_initial_carry:
      first = jax.vmap(self.of_cell.first, axis)
      h = first(xs) if initial_carry is None else initial_carry
      ys = before(self.of_cell.output(h), ys, 1 - axis)
      if seq_lengths is not None:
        seq_lengths = seq_lengths.astype(int) + 1
      if self.reverse and self.keep_order:
        ys = turn(ys, seq_lengths)
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, axis)
    return (carry, ys) if self.return_carry else ys


@dataclass(frozen=True)
class RNN(Run):
  """(h_t, y_t) = cell(h_{t-1}, x_t), for each sequence of a batch, by itself.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry [batch, features] -> every y likewise; (h, ys) if return_carry.
  What follows the first seq_lengths [batch] steps of a sequence is padding,
  which stays at the end, and of which carry, other outputs and gradients know
  nothing: y there is 0 if zero_padding, or else y of the last step once more,
  as of x = 1/2 if there is none. reverse returns outputs as they came, the last
  step first; keep_order turns them back. With include_initial_carry, h_0 comes
  before the first of them as y_0: [batch, 1 + time, features]. If deferred,
  derivatives are by a rule, as those of `bptt` are.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Flax's `RNN`, on whose variables it runs.
  """

  cell: CellName = 'lstm'


@dataclass(frozen=True)
class Bidirectional(Runner):
  """y = merge_fn(y of the one, y of the other): one runs on, one from the end.

  xs [batch, time, inputs], or [time, batch, inputs] if time_major, from
  initial_carry (forward, backward) [batch, features] -> ys likewise, of 2
  features if concatenated; ((forward, backward), ys) if return_carry. Each
  sequence ends after its seq_lengths [batch], if these are given; after that, y
  is as `rnn` has it, merged, or 0 if zero_padding.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Schuster & Paliwal (1997), Bidirectional Recurrent Neural Networks;
  Flax's `Bidirectional`, on whose variables it runs.
  """

  cell: CellName = 'lstm'
  _: KW_ONLY
  merge_fn: Callable[..., Any] = concatenate

  def direction(self, reverse: bool) -> RNN:
    """One of the two networks that it merges the outputs of, [batch, ...]."""
    return RNN(
      self.features,
      cell=self.cell,
      time_major=self.time_major,
      reverse=reverse,
      keep_order=True,
      return_carry=True,
      unroll=self.unroll,
      **inner(self),
    )

  def merged(self, on: Any, back: Any, seq_lengths: Any) -> Any:
    """(carry, ys) of each network -> ys [batch, time, ...], or with carries."""
    carries = BothWays(on[0], back[0])
    ys = self.merge_fn(on[1], back[1])
    if self.zero_padding:
      ys = zeroed(ys, seq_lengths, 1 if self.time_major else 0)
    return (carries, ys) if self.return_carry else ys


@dataclass(frozen=True)
class SSMCell(Plain):
  """s_t = A s_{t-1} + B u_t, y_t = tanh(C s_t + D u_t), u_t = x_t W + b.

  x [inputs] -> y [features], and s [features, state]: one system a feature.
  Source: Gu et al. (2022), On the Parameterization and Initialization of
  Diagonal State Space Models, S4D-Real.
  """

  def first(self, xs) -> Any:
    """xs [time, inputs] -> s_0 = 0: [features, state]."""
    shape = (self.features, self.system.state)
    return jnp.zeros(shape, self.dtype or xs.dtype)

  @cached_property
  def input(self) -> Product:
    """x [inputs] to u [features]."""
    return self.layer(self.kernel_init, self.bias_init)

  @cached_property
  def system(self) -> StateSpace:
    """A, B, C and D, of [features, state]."""
    return StateSpace(
      self.features,
      step_init=LogUniform(0.001, 0.1),
      decay_init=log_counts,
      dtype=self.dtype,
      param_dtype=self.param_dtype,
    )

  def step(self, system: System, s: Any, u: Any) -> tuple[Any, Any]:
    """s [features, state], u [features] -> s, y."""
    rate, b = discretised(system)
    s = jnp.exp(rate) * s + b * u[:, None]
    return s, jnp.tanh(read(system, s, u))


CELLS: Mapping[LayerName, Callable[..., Any]] = {
  'concatenated': Concatenated,
  'elman': Elman,
  'gru': GRU,
  'jordan': Jordan,
  'lstm': LSTM,
  'mgu': MGU,
  'min_gru': MinGRU,
  'optimized_lstm': OptimizedLSTM,
  'ssm': SSMCell,
}


@dataclass(frozen=True)
class DeepRNN(Typed):
  """xs_l = m_l rnn_l(xs_{l-1}), for l = 0, 1, ...: runners in a row.

  xs [batch, time, inputs] -> the carries of all layers, a tuple, and the last
  xs_l [batch, time, features[-1]]. Layer l has features[l] and is a runner of a
  cell; m_l drops, at rate, what one layer hands to the next. If residual,
  xs_{l-1} is added to xs_l wherever the two have one size. Each layer starts
  from its part of initial_carry, [batch, features[l]]; or from the parameters
  `carry_l`, if learned_carry; or from 0. Padding and deferred are as in `rnn`;
  what is deferred of a linear recurrence is an associative scan.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Graves (2013), Generating Sequences With Recurrent Neural Networks,
  section 2; Zaremba et al. (2014), Recurrent Neural Network Regularization.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}
  streams = ('dropout',)

  features: Sizes
  cell: LayerName = 'lstm'
  _: KW_ONLY
  recurrent_init: Initializer = uniform()
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros
  carry_init: Initializer = zeros
  rate: Rate = 0.0
  deterministic: bool = False
  residual: bool = False
  learned_carry: bool = False
  deferred: bool = False
  unroll: Size = 1
  zero_padding: bool = False

  @cached_property
  def layers(self) -> Sequence[Run]:
    """The runner of each layer, [batch, time, ...] to as much."""
    how = {
      'unroll': self.unroll,
      'deferred': self.deferred,
      **inner(self),
    }
    return [
      Run(features, self.cell, return_carry=True, **how)
      for features in self.features
    ]

  def dropout(self, number: int) -> Dropout:
    """Of what a layer hands on, [batch, time, features]; the last keeps all."""
    last = number == len(self.features) - 1
    return Dropout(self.rate, self.deterministic or last)

  def first(self, number: int, xs: Any) -> dict[str, Any]:
    """xs [...] -> the carry 0 of a layer, its leaves [features] by name."""
    return by_name(self.layers[number].of_cell.first(xs))

  def begun(self, xs: Any, seq_lengths: Any) -> Any:
    """xs [batch, time, inputs] with no padding: see `repeated`."""
    return jax.vmap(padded)(
      xs.astype(self.dtype or xs.dtype), seq_lengths
    )[1]

  def handed_on(self, xs: Any, ys: Any) -> Any:
    """x and y of a layer, [batch, time, ...] -> what it hands on."""
    return xs + ys if self.residual and xs.shape == ys.shape else ys

  def ended(self, ys: Any, seq_lengths: Any) -> Any:
    """ys [batch, time, ...] with what is to stand at the padding."""
    end = partial(ended, zero_padding=self.zero_padding)
    return jax.vmap(end)(ys, seq_lengths)


def by_name(carry: Any) -> dict[str, Any]:
  """The leaves [...] of a carry by their names; of one alone, h."""
  return (
    carry._asdict() if isinstance(carry, LSTMCarry) else {'h': carry}
  )


def of_batch(leaves: Mapping[str, Any], xs: Any) -> Any:
  """A carry [features] by its leaves -> that of each sequence of xs [batch]."""
  spread = {
    name: jnp.broadcast_to(leaf, (len(xs), *leaf.shape))
    for name, leaf in leaves.items()
  }
  return LSTMCarry(**spread) if 'c' in spread else spread['h']


def inner(n: Recurrent | SimpleScan | DeepRNN) -> dict[str, Any]:
  """How a network, of xs [...], makes the parameters of one inside it."""
  return {
    'recurrent_init': n.recurrent_init,
    'kernel_init': n.kernel_init,
    'bias_init': n.bias_init,
    'dtype': n.dtype,
    'param_dtype': n.param_dtype,
  }
