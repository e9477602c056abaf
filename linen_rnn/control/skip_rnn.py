"""A network that skips steps, with `nn.cond`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.skip_rnn import SkipRNN
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class SkipCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: SkipRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    elman = ElmanCell(n.inner(Elman), name='elman')

    def update(elman, h, x):
      return elman(h, x)

    def skip(elman, h, x):
      return h, h

    if self.is_initializing():
      return update(elman, h, x)  # skip would make no parameters
    is_large = jnp.abs(x).max() > n.threshold
    return nn.cond(is_large, update, skip, elman, h, x)


@as_linen(SkipRNN)
def skip_rnn(n: SkipRNN) -> nn.Module:
  elman = n.inner(Elman)
  return OverTime(SkipCell(n), elman.zero_carry, n.zero_padding)
