"""Traces of a local learning rule, with `nn.vjp`."""

import jax
from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.gradients.local_rnn import LocalRNN
from core_rnn.types import Traced
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class LocalCell(nn.Module):
  """The parameters and the step: (h, traces), x -> (h, traces), h."""

  n: LocalRNN

  @nn.compact
  def __call__(self, carry, x):
    """Return h_t [features] with the traces, and y_t = h_t."""
    n, cell = self.n, ElmanCell(self.n.inner(Elman), name='elman')

    def activity(elman: nn.Module):
      h, _ = elman(carry.h, x)
      return jnp.sum(jnp.square(h)) / 2, h

    if self.is_initializing():
      activity(cell)  # the derivative needs the parameters
    y, pull, h = nn.vjp(activity, cell, has_aux=True)
    (gradients,) = pull(jnp.ones_like(y))
    update = lambda e, gradient: n.decay * e + gradient
    traces = jax.tree.map(update, carry.traces, gradients['params'])
    return Traced(h, traces), h


@as_linen(LocalRNN)
def local_rnn(n: LocalRNN) -> nn.Module:
  return OverTime(LocalCell(n), n.zero_carry, n.zero_padding)
