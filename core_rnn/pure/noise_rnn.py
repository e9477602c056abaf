"""Noise in the state: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + s e_t."""

from functools import partial

from jax import numpy as jnp
from jax import random

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Features, Initializer, Inputs


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
) -> Functions:
  """h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + scale e_t, e_t ~ N(0, 1).

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. e_t is
  of the stream `noise`: one a step, or, where split_rngs is off, one for all.
  Deterministic, it is 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Dieng et al. (2018), Noisin, additive and Gaussian; Jim, Giles & Horne
  (1996), An Analysis of Noise in Recurrent Neural Networks, put it on weights.
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

  def step(params, h: Features, x: Inputs, noise=None):
    h, _ = elman.step(params['elman'], h, x)
    if noise is not None:
      # the second draw: lift.scan has traced its body once before the loop
      h = h + scale * random.normal(noise(2), h.shape, h.dtype)
    return h, h

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  cell = Cell(init, elman.first, step)
  split = {} if deterministic else {'noise': split_rngs}
  return over_time(cell, reverse=False, unroll=1, split_rngs=split)
