"""A network of several cells, with `nn.switch`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.cells.gru import GRU
from core_rnn.networks.control.graded_rnn import GradedRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.cells.gru import GRUCell
from linen_rnn.parts.over_time import OverTime


class GradedCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: GradedRNN

  def setup(self):
    """Make the two cells, as `nn.switch` takes them from one module."""
    self.elman = ElmanCell(self.n.inner(Elman))
    self.gru = GRUCell(self.n.inner(GRU))

  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    keep = lambda cell, h, x: (h, h)
    small = lambda cell, h, x: cell.elman(h, x)
    large = lambda cell, h, x: cell.gru(h, x)
    if self.is_initializing():  # every cell makes its own parameters
      small(self, h, x)
      return large(self, h, x)
    size = jnp.abs(x).max()
    above = [size > n.threshold, size > 2 * n.threshold]
    grade = sum(one.astype(jnp.int32) for one in above)
    return nn.switch(grade, [keep, small, large], self, h, x)


@as_linen(GradedRNN)
def graded_rnn(n: GradedRNN) -> nn.Module:
  zero_carry = n.inner(Elman).zero_carry
  return OverTime(GradedCell(n), zero_carry, n.zero_padding)
