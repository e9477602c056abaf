"""Inputs normalised over the batch, a named axis of `nn.vmap`."""

import numpy as np
from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.batches.normalised import Normalised
from core_rnn.networks.cells.elman import Elman
from core_rnn.padding import mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


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


class NormalisedNetwork(nn.Module):
  """The network of one example along the axis `batch`."""

  n: Normalised

  @nn.compact
  def __call__(self, xs, initial_carry, length):
    """Return h of the last step, and every h_t [time, features]."""
    n, elman = self.n, self.n.inner(Elman)
    cell = ElmanCell(elman, name='cell')
    one = OverTime(cell, elman.zero_carry, n.zero_padding)
    valid, xs = mark_padding(xs.astype(n.dtype or xs.dtype), length)
    return one(normalise(xs, valid), initial_carry, length)


@as_linen(Normalised)
def normalised(n: Normalised) -> nn.Module:
  vmap = nn.vmap(
    NormalisedNetwork,
    variable_axes={'params': None},
    split_rngs={'params': False},
    axis_name='batch',
  )
  return vmap(n)
