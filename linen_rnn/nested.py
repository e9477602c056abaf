"""Both at once: an ensemble over a batch, nested in either order."""

from typing import Literal

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


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
) -> nn.Module:
  """(h_mb, hs_mb) = elman_m(xs_b), for m = 1, ..., members and every b.

  xs [batch, time, inputs] -> every h [members, batch, features], every hs
  [members, batch, time, features]; or batch before members, if it is outer.
  The parameters have members in front, in either order.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """
  cell = ElmanCell(
    features,
    jnp.tanh,
    recurrent_init,
    kernel_init,
    bias_init,
    dtype,
    param_dtype,
  )

  def over_members(module):
    return nn.vmap(
      module,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      in_axes=None,
      axis_size=members,
    )

  def over_batch(module):
    return nn.vmap(
      module, variable_axes={'params': None}, split_rngs={'params': False}
    )

  if outer == 'members':
    vmap = over_members(over_batch(OverTime))
  else:
    vmap = over_batch(over_members(OverTime))
  return vmap(cell, reverse=False, unroll=1)
