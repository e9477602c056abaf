"""A network that repeats its steps, with `nn.while_loop`."""

from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.networks.cells.elman import Elman
from core_rnn.networks.control.ponder_rnn import PonderRNN
from core_rnn.types import Pondering
from linen_rnn.as_linen import as_linen
from linen_rnn.cells.elman import ElmanCell
from linen_rnn.parts.over_time import OverTime


class PonderCell(nn.Module):
  """The parameters and the step of the network: h, x -> h, h."""

  n: PonderRNN

  @nn.compact
  def __call__(self, h, x):
    """Return h_t and y_t = h_t, each [features]."""
    n = self.n
    look = ElmanCell(n.inner(Elman), name='elman')
    if self.is_initializing():
      return look(h, x)  # a loop cannot make parameters

    def goes_on(look, now):
      return (now.size > n.threshold) & (now.looks < n.limit)

    def again(look, now):
      h, _ = look(now.h, x)
      return Pondering(
        now.looks + 1, now.size / 2, lax.stop_gradient(h)
      )

    size = jnp.abs(x).max()
    begin = lax.stop_gradient(Pondering(jnp.int32(0), size, h))
    now = nn.while_loop(goes_on, again, look, begin)
    return look(now.h, x)


@as_linen(PonderRNN)
def ponder_rnn(n: PonderRNN) -> nn.Module:
  elman = n.inner(Elman)
  return OverTime(PonderCell(n), elman.zero_carry, n.zero_padding)
