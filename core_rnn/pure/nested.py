"""Both at once: an ensemble over a batch, nested in either order."""

from typing import Literal

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import over_time
from core_rnn.types import DType, Initializer


@as_model(xs='batch time inputs')
def nested(
  features: int,
  members: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  outer: Literal['members', 'batch'] = 'members',
) -> Functions:
  """(h_mb, hs_mb) = elman_m(xs_b), for m = 1, ..., members and every b.

  xs [batch, time, inputs] -> every h [members, batch, features], every hs
  [members, batch, time, features]; or batch before members, if it is outer.
  The parameters have members in front, in either order.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """
  cell = elman_cell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )
  init_one, apply_one = over_time(cell, reverse=False, unroll=1)

  def init(rngs, xs):
    one = jax.ShapeDtypeStruct(xs.shape[1:], xs.dtype)

    def member(key):
      return init_one({'params': key}, one)

    keys = jax.random.split(jax.random.clone(rngs['params']), members)
    return jax.vmap(member)(keys)

  def apply(variables, xs):
    by_member, by_batch = (0, None), (None, 0)
    if outer == 'members':
      return jax.vmap(jax.vmap(apply_one, by_batch), by_member)(variables, xs)
    return jax.vmap(jax.vmap(apply_one, by_member), by_batch)(variables, xs)

  return init, apply
