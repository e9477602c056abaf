"""An ensemble, separate parameters: Elman networks that see one input."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import uniform, zeros
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.elman import ElmanCell
from linen_rnn.over_time import OverTime


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
) -> nn.Module:
  """(h_m, hs_m) = elman_m(xs), for m = 1, ..., members.

  xs [time, inputs] -> every h [members, features], every hs [members, time,
  features]. Each parameter has an axis of members more, at params_axis. Where
  split_rngs is off all members start equal, which is the commonest mistake.

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
  vmap = nn.vmap(
    OverTime,
    variable_axes={'params': params_axis},
    split_rngs={'params': split_rngs},
    in_axes=None,
    axis_size=members,
  )
  return vmap(cell, reverse=False, unroll=1)
