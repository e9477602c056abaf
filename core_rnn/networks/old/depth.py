"""Depth: layers in a row, each with parameters of its own."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Literal

from core_rnn.equations.padding import ended, known, padded
from core_rnn.initializers import ones, uniform
from core_rnn.networks.old.cells import Recurrent, Sequence
from core_rnn.networks.old.chance import Dropout
from core_rnn.kinds import Initializer, Rate, Size
from core_rnn.networks.old.typed import Typed


@dataclass(frozen=True)
class Residual(Sequence, Recurrent):
  """ys_t = xs_t + m h_t, of the Elman network's h_t and one mask m.

  xs [time, features], initial_carry h_0 [features] -> ys [time, features],
  h_time [features]. h_0 = 0 if it is not given. The padding is as in `elman`;
  there, m draws anew.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: He et al. (2016), Deep Residual Learning, equation 1.
  """

  arguments = {'xs': 'time features'}
  carry_place = 1
  streams = ('dropout',)

  _: KW_ONLY
  rate: Rate = 0.1
  deterministic: bool = False

  @cached_property
  def dropout(self) -> Dropout:
    """Of every h_t, [time, features]."""
    return Dropout(self.rate, self.deterministic)

  def added(self, xs: Any, hs: Any, seq_length: Any) -> Any:
    """xs_t + hs_t [time, features]; at padding, of the last x, or 0."""
    _, xs = padded(xs, seq_length)
    ys = xs.astype(hs.dtype) + hs
    return known(ys, seq_length) if self.zero_padding else ys


@dataclass(frozen=True)
class LoopStack(Residual):
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in Python.

  xs [time, features], initial_carry [layers, features] -> ys [time, features],
  every h [layers, features]. The parameters are `layer_0`, `layer_1`, ...: what
  `stack` has in one tree. The padding of each layer is as in `residual`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """

  layers: Size

  def first_of_each(self, initial_carry: Any) -> list[Any]:
    """Every h_0 [layers, features] -> the [features] of each, or None."""
    none = initial_carry is None
    return [None] * self.layers if none else [*initial_carry]


@dataclass(frozen=True)
class Stack(Residual):
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers, in a scan.

  xs [time, features], initial_carry [layers, features] -> ys [time, features],
  every h [layers, features]. The parameters have layers in front; each layer
  drops by a mask of its own. The padding of each is as in `residual`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """

  layers: Size
  _: KW_ONLY
  unroll: Size = 1


@dataclass(frozen=True)
class LayerStack(Stack):
  """xs_l, h_l = residual_l(xs_{l-1}), for l = 1, ..., layers.

  xs [time, features], initial_carry [layers, features] -> ys [time, features],
  every h [layers, features]. All is as in `stack`, but that each layer starts
  as it would alone.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, Scan with split parameters.
  """


@dataclass(frozen=True)
class StateSpace(Typed):
  """x' = A x + B u, y = C x + D u, A diagonal: for each u of [features]."""

  arguments = {'us': 'time features'}

  features: Size
  _: KW_ONLY
  state: Size = 4
  step_init: Initializer = uniform(1.0)
  decay_init: Initializer = uniform(1.0)
  kernel_init: Initializer = uniform(1.0)
  skip_init: Initializer = ones

  @cached_property
  def params(self) -> Mapping[str, tuple[Initializer, tuple[int, ...]]]:
    """How each parameter begins, [features] or [features, state], in order."""
    narrow, wide = (self.features,), (self.features, self.state)
    return {
      'step': (self.step_init, narrow),
      'decay': (self.decay_init, wide),
      'B': (self.kernel_init, wide),
      'C': (self.kernel_init, wide),
      'D': (self.skip_init, narrow),
    }


@dataclass(frozen=True)
class PaddedSpace(StateSpace):
  """The same of us [time, features], whose first seq_length [] steps count.

  What follows them is padding: x stays as it was before, and y is 0 if
  zero_padding, or else that of the last step, as of u = 1/2 if there is none.
  """

  optional = {'seq_length': ''}

  _: KW_ONLY
  zero_padding: bool = False

  def ended(self, ys, length):
    """ys [time, features], from the length [] on what stands at padding."""
    return ended(ys, length, self.zero_padding)


@dataclass(frozen=True)
class SSM(PaddedSpace):
  """y_t = sum_s K_s u_{t-s} + D u_t, or x_t = A x_{t-1} + B u_t, y = C x + D u.

  us [time, features] -> ys [time, features], one system a feature. Both modes
  have the same parameters; the recurrence goes on from the collection `cache`,
  x [features, state], which `init` leaves at 0. What follows the first
  seq_length [] steps is padding: x stays as it was before, and y is 0 if
  zero_padding, or else that of the last step, as of u = 1/2 if there is none.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: The Annotated S4, part 1, `SSMLayer`.
  """

  collections = ('cache',)

  _: KW_ONLY
  mode: Literal['convolution', 'recurrence'] = 'convolution'


@dataclass(frozen=True)
class SSMStack(PaddedSpace):
  """us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), for l = 1, ..., layers.

  us [time, features] -> us_layers [time, features]. Where batched_setup is on,
  the kernels of all layers are computed at once, before the loop over them. The
  padding is as in `ssm`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, `SeqInternal` and its `slowfunction`.
  """

  layers: Size
  _: KW_ONLY
  batched_setup: bool = True
