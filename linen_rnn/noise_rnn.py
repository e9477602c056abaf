"""Noise in the state: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + s e_t."""

from flax import linen as nn
from flax.core import freeze
from jax import numpy as jnp
from jax import random

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Features, Initializer, Inputs
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


class NoiseCell(nn.Module):
  """h_t = elman(h_{t-1}, x_t) + scale e_t, of [features]."""

  elman: ElmanCell
  scale: float
  deterministic: bool

  @nn.nowrap
  def first(self, xs) -> Features:
    """h_0 = 0, [features]."""
    return self.elman.first(xs)

  def __call__(self, h: Features, x: Inputs) -> tuple[Features, Features]:
    """h_{t-1} [features], x_t [inputs] -> h_t, h_t [features]."""
    h, _ = self.elman(h, x)
    if not self.deterministic:
      e = random.normal(self.make_rng('noise'), h.shape, h.dtype)
      h = h + self.scale * e
    return h, h


@as_model(streams=('noise',), xs='time inputs')
def noise_rnn(
  features: int,
  scale: float = 0.1,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  split_rngs: bool = True,
  deterministic: bool = False,
) -> nn.Module:
  """h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + scale e_t, e_t ~ N(0, 1).

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. e_t is
  of the stream `noise`: one a step, or, where split_rngs is off, one for all.
  Deterministic, it is 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Dieng et al. (2018), Noisin, additive and Gaussian; Jim, Giles & Horne
  (1996), An Analysis of Noise in Recurrent Neural Networks, put it on weights.
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
  cell = NoiseCell(elman, scale, deterministic)
  split = freeze({'noise': split_rngs})
  return OverTime(cell, reverse=False, unroll=1, split_rngs=split)
