"""Zoneout: h_t = m_t h_{t-1} + (1 - m_t) elman(h_{t-1}, x_t), m_t coins."""

from flax import linen as nn
from flax.core import freeze
from jax import lax, random
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


class ZoneoutCell(nn.Module):
  """h_t = m_t h_{t-1} + (1 - m_t) elman(h_{t-1}, x_t), of [features]."""

  elman: ElmanCell
  rate: float
  deterministic: bool

  @nn.nowrap
  def first(self, xs) -> Features:
    """h_0 = 0, [features]."""
    return self.elman.first(xs)

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    new, _ = self.elman(h, x)
    if self.deterministic:
      h = self.rate * h + (1 - self.rate) * new
    else:
      coin = self.make_rng('zoneout')
      h = lax.select(random.bernoulli(coin, self.rate, h.shape), h, new)
    return h, h


@as_model(streams=('zoneout',), xs='time inputs')
def zoneout(
  features: int,
  rate: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  split_rngs: bool = True,
  deterministic: bool = False,
) -> nn.Module:
  """h_t = m_t h_{t-1} + (1 - m_t) tanh(h_{t-1} W_hh + (x_t W_xh + b_h)).

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. m_t is
  1 with probability rate, of the stream `zoneout`: a mask a step, or, where
  split_rngs is off, one for all. Deterministic, m_t is what it is on average.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Krueger et al. (2017), Zoneout: Regularizing RNNs by Randomly
  Preserving Hidden Activations, of a plain RNN's h.
  """
  elman = ElmanCell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  cell = ZoneoutCell(elman, rate, deterministic)
  split = freeze({'zoneout': split_rngs})
  return OverTime(cell, reverse=False, unroll=1, split_rngs=split)
