"""Noise in the state: h_t = tanh(h_{t-1} W_hh + (x_t W_xh + b_h)) + s e_t."""

from flax.core import Scope
from jax import numpy as jnp
from jax import random

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.over_time import Cell, over_time
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
) -> Function:
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

  def step(scope: Scope, h: Features, x: Inputs) -> tuple[Features, Features]:
    h, _ = scope.child(elman.step, 'elman')(h, x)
    if not deterministic:
      h = h + scale * random.normal(scope.make_rng('noise'), h.shape, h.dtype)
    return h, h

  cell = Cell(elman.first, step)
  split = {'noise': split_rngs}
  return over_time(cell, reverse=False, unroll=1, split_rngs=split)
