"""Gradients clipped through time, with `nn.custom_vjp`."""

from functools import partial

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.clipped_rnn import ClippedRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class ClippedCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: ClippedRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n, cell = self.n, ElmanCell(self.n.inner(Elman), name='elman')
    if self.is_initializing():
      return cell(h, x)

    def backward(pull, d_outputs):
      d_params, d_h, d_x = pull(d_outputs)
      return d_params, jnp.clip(d_h, -n.limit, n.limit), d_x

    step = ElmanCell.__call__
    clipped = nn.custom_vjp(step, partial(nn.vjp, step), backward)
    # it returns mutable parameters, which a loop does not accept
    frozen = nn.map_variables(clipped, 'params')
    return frozen(cell, h, x)


@as_linen(ClippedRNN)
def clipped_rnn(n: ClippedRNN) -> nn.Module:
  zero_carry = n.inner(Elman).zero_carry
  return OverTime(ClippedCell(n), zero_carry, n.zero_padding)
