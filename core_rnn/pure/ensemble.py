"""An ensemble, separate parameters: Elman networks that see one input."""

import jax
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.elman import elman_cell
from core_rnn.pure.over_time import over_time
from core_rnn.types import DType, Initializer


@as_model(xs='time inputs')
def ensemble(
  features: int,
  members: int,
  recurrent_init: Initializer = uniform(),
  kernel_init: Initializer = uniform(),
  bias_init: Initializer = zeros,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  params_axis: int = 0,
  split_rngs: bool = True,
) -> Functions:
  """(h_m, hs_m) = elman_m(xs), for m = 1, ..., members.

  xs [time, inputs] -> every h [members, features], every hs [members, time,
  features]. Each parameter has an axis of members more, at params_axis. Where
  split_rngs is off all members start equal, which is the commonest mistake.

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
    def member(key):
      return init_one({'params': key}, xs)

    if not split_rngs:
      alone = jax.vmap(member, None, params_axis, axis_size=members)
      return alone(rngs['params'])
    keys = jax.random.split(jax.random.clone(rngs['params']), members)
    return jax.vmap(member, 0, params_axis)(keys)

  def apply(variables, xs):
    return jax.vmap(apply_one, (params_axis, None))(variables, xs)

  return init, apply
