"""Networks that draw, each from a stream beside that of the parameters."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from jax import lax, random
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.networks.old.cells import Recurrent, Sequence
from core_rnn.kinds import Rate
from core_rnn.networks.network import Network
from core_rnn.types import Features, PRNGKey


@dataclass(frozen=True)
class Dropout(Network):
  """y_i = m_i x_i / (1 - rate), m_i = 1 with probability 1 - rate, else 0.

  x [features] -> y [features]; y = x where it is deterministic. The coins come
  from the stream `dropout`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Srivastava et al. (2014), Dropout, as Flax's `nn.Dropout` has it.
  """

  arguments = {'x': 'features'}
  streams = ('dropout',)

  rate: Rate = 0.5
  deterministic: bool = False

  def dropped(
    self, key: PRNGKey, x: Float[Array, '...']
  ) -> Float[Array, '...']:
    """x [...] -> y [...], of a key for the coins."""
    keep = random.bernoulli(key, 1 - self.rate, x.shape)
    return lax.select(keep, x / (1 - self.rate), jnp.zeros_like(x))


@dataclass(frozen=True)
class DropoutRNN(Sequence, Recurrent):
  """h_t = tanh((m_t h_{t-1}) W_hh + (x_t W_xh + b_h)), m_t of `dropout`.

  xs [time, inputs], initial_carry [features] -> h_time [features] and every h_t
  [time, features]. Each step has a mask of its own; where split_rngs is off,
  all have the same one. The start and the padding are as in `elman`. At
  padding, y draws anew.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Gal & Ghahramani (2016), A Theoretically Grounded Application of
  Dropout in Recurrent Neural Networks: one mask a sequence.
  """

  streams = ('dropout',)

  _: KW_ONLY
  rate: Rate = 0.5
  split_rngs: bool = True
  deterministic: bool = False

  @cached_property
  def dropout(self) -> Dropout:
    """Of h [features]."""
    return Dropout(self.rate, self.deterministic)


@dataclass(frozen=True)
class Zoneout(Sequence, Recurrent):
  """h_t = m_t h_{t-1} + (1 - m_t) tanh(h_{t-1} W_hh + (x_t W_xh + b_h)).

  xs [time, inputs], initial_carry [features] -> h_time [features] and every h_t
  [time, features]. m_t is 1 with probability rate, of the stream `zoneout`: a
  mask a step, or, where split_rngs is off, one for all. Deterministic, m_t is
  what it is on average. The start and the padding are as in `elman`. At
  padding, y draws anew.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Krueger et al. (2017), Zoneout: Regularizing RNNs by Randomly
  Preserving Hidden Activations, of a plain RNN's h.
  """

  streams = ('zoneout',)

  _: KW_ONLY
  rate: Rate = 0.1
  split_rngs: bool = True
  deterministic: bool = False

  def mixed(
    self, key: PRNGKey | None, h: Features, new: Features
  ) -> Features:
    """h_{t-1}, tanh(...) -> h_t: [features]; no key where deterministic."""
    if key is None:
      return self.rate * h + (1 - self.rate) * new
    return lax.select(random.bernoulli(key, self.rate, h.shape), h, new)


@dataclass(frozen=True)
class NoiseRNN(Sequence, Recurrent):
  """h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + scale e_t, e_t ~ N(0, 1).

  xs [time, inputs], initial_carry [features] -> h_time [features] and every h_t
  [time, features]. e_t is of the stream `noise`: one a step, or, where
  split_rngs is off, one for all. Deterministic, it is 0. The start and the
  padding are as in `elman`. At padding, y draws anew.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Dieng et al. (2018), Noisin, additive and Gaussian; Jim, Giles & Horne
  (1996), An Analysis of Noise in Recurrent Neural Networks, put it on weights.
  """

  streams = ('noise',)

  _: KW_ONLY
  scale: Rate = 0.1
  split_rngs: bool = True
  deterministic: bool = False

  def noisy(self, key: PRNGKey, h: Features) -> Features:
    """tanh(...) -> h_t: [features]."""
    return h + self.scale * random.normal(key, h.shape, h.dtype)
