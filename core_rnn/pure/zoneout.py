"""Zoneout: h_t = m_t h_{t-1} + (1 - m_t) elman(h_{t-1}, x_t), m_t coins."""

from functools import partial

from jax import lax, random
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Features, Initializer, Inputs


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
) -> Functions:
  """h_t = m_t h_{t-1} + (1 - m_t) tanh(h_{t-1} W_hh + (x_t W_xh + b_h)).

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. m_t is
  1 with probability rate, of the stream `zoneout`: a mask a step, or, where
  split_rngs is off, one for all. Deterministic, m_t is what it is on average.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Krueger et al. (2017), Zoneout: Regularizing RNNs by Randomly
  Preserving Hidden Activations, of a plain RNN's h.
  """
  elman = elman_cell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )

  def step(params, h: Features, x: Inputs, zoneout=None):
    new, _ = elman.step(params['elman'], h, x)
    if zoneout is None:
      h = rate * h + (1 - rate) * new
    else:
      # the second draw: lift.scan has traced its body once before the loop
      h = lax.select(random.bernoulli(zoneout(2), rate, h.shape), h, new)
    return h, h

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  cell = Cell(init, elman.first, step)
  split = {} if deterministic else {'zoneout': split_rngs}
  return over_time(cell, reverse=False, unroll=1, split_rngs=split)
