"""Cells, each alone over time."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Literal

from jax import nn
from jax import numpy as jnp

from core_rnn.equations.linear import run
from core_rnn.equations.padding import ended, padded
from core_rnn.equations.side_by_side import side_by_side
from core_rnn.initializers import ones, uniform, zeros
from core_rnn.networks.old.dense import Dense, Product
from core_rnn.kinds import Activation, Initializer, Size
from core_rnn.networks.network import Network
from core_rnn.networks.old.typed import Typed
from core_rnn.types import LSTMCarry

Layer = Callable[[str, Any], Any]
"""The name of a layer, and x [...] -> what the layer makes of it, y [...]."""


class Vector:
  """What carries one vector, h [features], and makes it by dense layers."""

  features: Size
  dtype: Any
  param_dtype: Any

  def first(self, xs) -> Any:
    """xs [time, ...] -> h_0 = 0: [features]."""
    return jnp.zeros(self.features, self.dtype or xs.dtype)

  def output(self, carry: Any) -> Any:
    """h [..., features] -> the y that came with it."""
    return carry

  def layer(
    self, kernel_init: Initializer, bias_init: Initializer | None = None
  ) -> Product:
    """A dense layer, to [features], with a bias or without."""
    dtypes = {'dtype': self.dtype, 'param_dtype': self.param_dtype}
    if bias_init is None:
      return Product(self.features, kernel_init=kernel_init, **dtypes)
    inits = {'kernel_init': kernel_init, 'bias_init': bias_init}
    return Dense(self.features, **inits, **dtypes)


@dataclass(frozen=True)
class Cell(Typed, Vector):
  """(h_t, y_t) = step(h_{t-1}, x_t), of x [inputs] and h [features]."""

  arguments = {'xs': 'time inputs'}

  features: Size
  _: KW_ONLY
  recurrent_init: Initializer = uniform()
  kernel_init: Initializer = uniform()


@dataclass(frozen=True)
class Plain(Typed, Vector):
  """A cell, [features], that has no parameters for h alone."""

  arguments = {'xs': 'time inputs'}

  features: Size
  _: KW_ONLY
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros


@dataclass(frozen=True)
class Recurrent(Cell):
  """A cell that has biases [features], of one kind."""

  _: KW_ONLY
  bias_init: Initializer = zeros


@dataclass(frozen=True)
class Sequence(Network):
  """(h_t, y_t) = step(h_{t-1}, x_t), t = 1, ..., time, [time, ...] to as much.

  What follows the first seq_length [] steps is padding, of which carry, other
  outputs and gradients know nothing: y there is 0 if zero_padding, or else y of
  the last step once more, as of x = 1/2 if there is none.
  """

  optional = {'initial_carry': 'carry', 'seq_length': ''}

  _: KW_ONLY
  zero_padding: bool = False


@dataclass(frozen=True)
class OverTime(Sequence):
  """A sequence in either direction, [time, ...] to as much.

  It goes from the last step to the first if reverse is set, and takes unroll
  steps to a turn of the loop.
  """

  _: KW_ONLY
  reverse: bool = False
  unroll: Size = 1


@dataclass(frozen=True)
class Elman(OverTime, Recurrent):
  """h_t = activation(h_{t-1} W_hh + (x_t W_xh + b_h)), h_0 = 0 or given.

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features]. Computed in dtype, which None leaves to xs; reverse
  goes from the last step to the first, unroll steps to a turn of the loop.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Elman (1990), Finding Structure in Time; the scan notebook.
  """

  _: KW_ONLY
  activation: Activation = jnp.tanh


class Layered(Vector):
  """A cell of dense layers alone, of x [inputs] and h [features]."""

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """The layers by name, of x with i in front, of h with h: to [features]."""
    raise NotImplementedError

  def step(self, layer: Layer, carry: Any, x: Any) -> tuple[Any, Any]:
    """h_{t-1} [features], x_t [inputs] -> h_t, y_t."""
    raise NotImplementedError


@dataclass(frozen=True)
class Gated(Layered, Cell):
  """Layers of x [inputs] by i in front of their names, of h [features] by h."""


@dataclass(frozen=True)
class Jordan(OverTime, Recurrent, Gated):
  """y_t = h_t W_ho + b_o, h_t = activation(x_t W_ih + b_h + y_{t-1} W_hh).

  xs [time, inputs], initial_carry y_0 [features] -> y_time [features] and every
  y_t [time, features]: what it has said is all that it remembers. y_0 = 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Jordan (1986), Serial Order: A Parallel Distributed Processing
  Approach, the state units without a trace of their own.
  """

  _: KW_ONLY
  activation: Activation = jnp.tanh

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """That of x, of y, and from h to y: to [features]."""
    return {
      'ih': self.layer(self.kernel_init, self.bias_init),
      'hh': self.layer(self.recurrent_init),
      'ho': self.layer(self.kernel_init, self.bias_init),
    }

  def step(self, layer: Layer, carry: Any, x: Any):
    """y [features], x [inputs] -> y, y."""
    h = self.activation(layer('ih', x) + layer('hh', carry))
    y = layer('ho', h)
    return y, y


@dataclass(frozen=True)
class LSTM(OverTime, Recurrent, Gated):
  """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), of these, with s = sigmoid.

  i = s(x W_ii + h W_hi + b_i), f = s(x W_if + h W_hf + b_f),
  g = tanh(x W_ig + h W_hg + b_g), o = s(x W_io + h W_ho + b_o).

  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `LSTMCell` has it.
  """

  def first(self, xs) -> LSTMCarry:
    """xs [time, inputs] -> c_0 = h_0 = 0: [features]."""
    c, h = (super(LSTM, self).first(xs) for _ in 'ch')
    return LSTMCarry(c, h)

  def output(self, carry: LSTMCarry) -> Any:
    """(c, h) [..., features] -> h."""
    return carry.h

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """A layer of x, and one of h, for each gate: to [features]."""
    kinds = {
      'i': self.layer(self.kernel_init),
      'h': self.layer(self.recurrent_init, self.bias_init),
    }
    return {
      kind + gate: kinds[kind] for gate in 'ifgo' for kind in 'ih'
    }

  def step(self, layer: Layer, carry: LSTMCarry, x: Any):
    """(c, h) [features], x [inputs] -> (c, h), h."""
    c, h = carry

    def gate(name: str):
      return layer(f'i{name}', x) + layer(f'h{name}', h)

    i, f = nn.sigmoid(gate('i')), nn.sigmoid(gate('f'))
    g, o = jnp.tanh(gate('g')), nn.sigmoid(gate('o'))
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h


@dataclass(frozen=True)
class OptimizedLSTM(LSTM):
  """The `lstm`, of the same variables: (i, f, g, o) = x W_i + (h W_h + b).

  W_i = [W_ii W_if W_ig W_io] [inputs, 4 features]; so W_h, and b.
  xs [time, inputs], initial_carry (c, h) [features] -> (c, h) of the last step
  and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Hochreiter & Schmidhuber (1997), as Flax's `OptimizedLSTMCell`.
  """

  def step(self, layer: Layer, carry: LSTMCarry, x: Any):
    """(c, h) [features], x [inputs] -> (c, h), h; layer gives parameters."""
    c, h = carry
    params = [
      (layer(f'i{gate}', x), layer(f'h{gate}', h)) for gate in 'ifgo'
    ]
    of_x, of_h = zip(*params, strict=True)
    from_h = side_by_side(of_h, h, h.dtype)
    from_x = side_by_side(of_x, x, h.dtype)
    gates = (nn.sigmoid, nn.sigmoid, jnp.tanh, nn.sigmoid)
    both = zip(gates, from_h, from_x, strict=True)
    i, f, g, o = (gate(a + b) for gate, a, b in both)
    c = f * c + i * g
    h = o * jnp.tanh(c)
    return LSTMCarry(c, h), h


@dataclass(frozen=True)
class GRU(OverTime, Recurrent, Gated):
  """h_t = (1 - z) n + z h_{t-1}, of these, with s = sigmoid.

  r = s(x W_ir + b_r + h W_hr), z = s(x W_iz + b_z + h W_hz),
  n = tanh(x W_in + b_n + r (h W_hn + b_hn)).

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Cho et al. (2014), as Flax's `GRUCell` has it: r times the product
  h W_hn, and not times h.
  """

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """A layer of x, and one of h, for each gate: to [features]."""
    into = self.layer(self.kernel_init, self.bias_init)
    back = self.layer(self.recurrent_init)
    new = self.layer(self.recurrent_init, self.bias_init)
    return {
      **{'ir': into, 'hr': back},
      **{'iz': into, 'hz': back},
      **{'in': into, 'hn': new},
    }

  def step(self, layer: Layer, carry: Any, x: Any):
    """h [features], x [inputs] -> h, h."""
    h = carry
    r = nn.sigmoid(layer('ir', x) + layer('hr', h))
    z = nn.sigmoid(layer('iz', x) + layer('hz', h))
    n = jnp.tanh(layer('in', x) + r * layer('hn', h))
    h = (1 - z) * n + z * h
    return h, h


@dataclass(frozen=True)
class MGU(OverTime, Gated):
  """h_t = (1 - f) n + f h_{t-1}, f = sigmoid(x W_if + b_f + h W_hf).

  n = tanh(x W_in + b_n + f (h W_hn + b_hn)), or, where reset_gate is off,
  tanh(x W_in + b_n + h W_hn). xs [time, inputs], initial_carry [features] ->
  h_time [features] and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Zhou et al. (2016), as Flax's `MGUCell` has it: f keeps h.
  """

  _: KW_ONLY
  forget_bias_init: Initializer = ones
  activation_bias_init: Initializer = zeros
  reset_gate: bool = True

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """A layer of x, and one of h, for the gate and n: to [features]."""
    bias_init = self.activation_bias_init
    return {
      'if': self.layer(self.kernel_init, self.forget_bias_init),
      'hf': self.layer(self.recurrent_init),
      'hn': self.layer(
        self.recurrent_init, bias_init if self.reset_gate else None
      ),
      'in': self.layer(self.kernel_init, bias_init),
    }

  def step(self, layer: Layer, carry: Any, x: Any):
    """h [features], x [inputs] -> h, h."""
    h = carry
    f = nn.sigmoid(layer('if', x) + layer('hf', h))
    inner = layer('hn', h)
    inner = inner * f if self.reset_gate else inner
    n = jnp.tanh(layer('in', x) + inner)
    h = (1 - f) * n + f * h
    return h, h


@dataclass(frozen=True)
class Concatenated(OverTime, Layered, Plain):
  """h_t = activation([h_{t-1} x_t] W + b), h_0 = 0 or given.

  W is [features + inputs, features]. xs [time, inputs], initial_carry
  [features] -> h_time [features] and every h_t [time, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Language modeling with Jax and RNNs (2021), `RNNCell`.
  """

  _: KW_ONLY
  activation: Activation = jnp.tanh

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """That of both, [features + inputs], to [features]."""
    return {'joint': self.layer(self.kernel_init, self.bias_init)}

  def step(self, layer: Layer, carry: Any, x: Any):
    """h [features], x [inputs] -> h, h."""
    both = jnp.concatenate([carry, x.astype(carry.dtype)])
    h = self.activation(layer('joint', both))
    return h, h


@dataclass(frozen=True)
class MinGRU(OverTime, Layered, Plain):
  """h_t = (1 - z) h_{t-1} + z n, z = sigmoid(x W_iz + b_z), n = x W_ih + b_h.

  xs [time, inputs], initial_carry [features] -> h_time [features] and every
  h_t [time, features]. No gate sees h, so that h_t = a_t h_{t-1} + b_t: step by
  step in a scan, or for all steps at once, associative.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Feng et al. (2024), Were RNNs All We Needed?, section 3.1.
  """

  _: KW_ONLY
  mode: Literal['scan', 'associative'] = 'scan'

  @cached_property
  def layers(self) -> Mapping[str, Product]:
    """A layer of x for the gate, and one for h: to [features]."""
    layer = self.layer(self.kernel_init, self.bias_init)
    return {'iz': layer, 'ih': layer}

  def terms(self, layer: Layer, x: Any) -> tuple[Any, Any]:
    """x [inputs] -> a = 1 - z, b = z n: [features]."""
    z = nn.sigmoid(layer('iz', x))
    return 1 - z, z * layer('ih', x)

  def step(self, layer: Layer, carry: Any, x: Any):
    """h [features], x [inputs] -> h, h."""
    a, b = self.terms(layer, x)
    h = a * carry + b
    return h, h

  def at_once(
    self, all_terms: Callable[[Any], Any], xs: Any, h: Any, length: Any
  ) -> tuple[Any, Any]:
    """xs [time, inputs], h_0, of a length -> h_time, every y_t.

    The terms of all xs are every a and b [time, features].
    """
    valid, xs = padded(xs.astype(self.dtype or xs.dtype), length)
    h = self.first(xs) if h is None else h
    a, b = all_terms(xs)
    last, hs = run(a, b, h, valid, self.reverse)
    return last, ended(hs, length, self.zero_padding)


@dataclass(frozen=True)
class Conv(Typed):
  """y = x * W + b: x [height, width, inputs] -> y [height, width, features]."""

  features: Size
  kernel_size: tuple[Size, Size]
  _: KW_ONLY
  kernel_init: Initializer = uniform()
  bias_init: Initializer = zeros


@dataclass(frozen=True)
class ConvLSTM(OverTime, Recurrent):
  """(i, g, f, o) = x * W_ih + b_ih + h * W_hh + b_hh, where * convolves.

  c_t = s(f + 1) c_{t-1} + s(i) tanh(g), h_t = s(o) tanh(c_t), s = sigmoid.

  xs [time, height, width, inputs], initial_carry (c, h) [height, width,
  features] -> the last (c, h) and every h_t [time, height, width, features].

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Shi et al. (2015), as Flax's `ConvLSTMCell` has it: no gate sees c.
  """

  arguments = {'xs': 'time height width inputs'}

  _: KW_ONLY
  kernel_size: tuple[Size, Size] = (3, 3)

  def first(self, xs) -> LSTMCarry:
    """xs [time, height, width, inputs] -> c_0 = h_0 = 0, of features."""
    shape = (*xs.shape[1:-1], self.features)
    c, h = (jnp.zeros(shape, self.dtype or xs.dtype) for _ in 'ch')
    return LSTMCarry(c, h)

  @cached_property
  def layers(self) -> Mapping[str, Conv]:
    """That of x, and that of h: to [height, width, 4 features]."""
    kernel_inits = {'ih': self.kernel_init, 'hh': self.recurrent_init}
    return {
      name: Conv(
        4 * self.features,
        self.kernel_size,
        kernel_init=kernel_init,
        bias_init=self.bias_init,
        dtype=self.dtype,
        param_dtype=self.param_dtype,
      )
      for name, kernel_init in kernel_inits.items()
    }

  def step(self, layer: Layer, carry: LSTMCarry, x: Any):
    """(c, h), x -> (c, h), h: all [height, width, ...]."""
    c, h = carry
    gates = layer('ih', x) + layer('hh', h)
    i, g, f, o = jnp.split(gates, 4, axis=-1)
    f = nn.sigmoid(f + 1)
    c = f * c + nn.sigmoid(i) * jnp.tanh(g)
    h = nn.sigmoid(o) * jnp.tanh(c)
    return LSTMCarry(c, h), h
