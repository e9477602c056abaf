"""Backpropagation through time by its own rule, with `nn.custom_vjp`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.gradients import BPTT
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell


class Deferred(nn.Module):
  """xs [time, inputs] -> h_time [features], every h_t [time, features]."""

  n: BPTT
  cell: ElmanCell

  def __call__(self, xs, initial_carry=None):
    """xs [time, inputs] -> h_time [features], every h_t [time, features]."""
    n = self.n
    h = n.first(xs) if initial_carry is None else initial_carry
    if self.is_initializing():  # the cell knows what parameters there are
      return self.cell(h, jnp.zeros(xs.shape[1:], h.dtype))

    def run(cell, h, xs):
      return n.run(cell.variables['params'], h, xs)

    def forward(cell, h, xs):
      last, hs = run(cell, h, xs)
      return (last, hs), (cell.variables['params'], h, xs, hs)

    def backward(kept, slopes):
      params, *ins = n.back(*kept, slopes)
      return {'params': params}, *ins

    return nn.custom_vjp(run, forward, backward)(self.cell, h, xs)


@as_linen(BPTT)
def bptt(n: BPTT) -> nn.Module:
  return Deferred(n, ElmanCell(n))
