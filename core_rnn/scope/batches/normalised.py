"""Inputs normalised over the batch, a named axis of `lift.vmap`."""

import numpy as np
from flax.core import Scope, lift
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.batches.normalised import Normalised
from core_rnn.networks.cells.elman import Elman
from core_rnn.padding import mark_padding
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.cells.elman import elman_cell
from core_rnn.scope.parts.over_time import over_time


def batch_mean(x, valid):
  """Return E x over the valid examples of `batch`: [..., inputs]."""
  if valid is None:
    return lax.pmean(x, 'batch')
  here = valid[..., None]
  count = lax.psum(here.astype(x.dtype), 'batch')
  total = lax.psum(jnp.where(here, x, 0), 'batch')
  return total / jnp.maximum(count, 1)


def normalise(xs, valid):
  """Return (xs - E xs) / (Var xs + 1e-5)^(1/2): [time, inputs]."""
  # float16 cannot represent the derivative of the root of 1e-5
  wide = xs.astype(np.promote_types(xs.dtype, 'float32'))
  centred = wide - batch_mean(wide, valid)
  var = batch_mean(centred * centred, valid)
  return (centred * lax.rsqrt(var + 1e-5)).astype(xs.dtype)


@as_scope(Normalised)
def normalised(n: Normalised) -> Function:
  elman = n.inner(Elman)
  one = over_time(elman_cell(elman), elman.zero_carry, n.zero_padding)

  def network(scope: Scope, xs, initial_carry, length):
    valid, xs = mark_padding(xs.astype(n.dtype or xs.dtype), length)
    return one(scope, normalise(xs, valid), initial_carry, length)

  return lift.vmap(
    network,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
