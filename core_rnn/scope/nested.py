"""Both at once: an ensemble over a batch, nested in either order."""

from typing import Literal

from flax.core import Scope, lift
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.elman import elman_cell
from core_rnn.scope.over_time import over_time
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
) -> Function:
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
  rnn = over_time(cell, reverse=False, unroll=1)

  def over_members(function):
    return lift.vmap(
      function,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      in_axes=None,
      axis_size=members,
    )

  def over_batch(function):
    return lift.vmap(
      function, variable_axes={'params': None}, split_rngs={'params': False}
    )

  def both(scope: Scope, xs):
    if outer == 'members':
      return over_members(over_batch(rnn))(scope, xs)
    return over_batch(over_members(rnn))(scope, xs)

  return both
