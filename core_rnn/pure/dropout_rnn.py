"""Recurrent dropout: h_t = tanh((m_t h_{t-1}) W_hh + (x_t W_xh + b_h))."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.dropout import dropout_apply
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import Cell, over_time
from core_rnn.types import DType, Features, Initializer, Inputs


@as_model(streams=('dropout',), xs='time inputs')
def dropout_rnn(
  features: int,
  rate: float = 0.5,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  split_rngs: bool = True,
  deterministic: bool = False,
) -> Functions:
  """h_t = tanh((m_t h_{t-1}) W_hh + (x_t W_xh + b_h)), m_t of `dropout`.

  xs [time, inputs] -> h_time [features] and every h_t [time, features]. Each
  step has a mask of its own; where split_rngs is off, all have the same one.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Gal & Ghahramani (2016), A Theoretically Grounded Application of
  Dropout in Recurrent Neural Networks: one mask a sequence.
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

  def step(params, h: Features, x: Inputs, dropout=None):
    if dropout is not None:
      # the second draw: lift.scan has traced its body once before the loop
      h = dropout_apply(dropout('dropout', 2), h, rate)
    return elman.step(params['elman'], h, x)

  def init(draw, shape):
    return {'elman': elman.init(partial(draw, 'elman'), shape)}

  cell = Cell(init, elman.first, step)
  split = {} if deterministic else {'dropout': split_rngs}
  return over_time(cell, reverse=False, unroll=1, split_rngs=split)
