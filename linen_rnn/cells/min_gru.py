"""The minimal GRU, with `nn.scan`, or with no loop at all."""

from flax import linen as nn

from core_rnn.networks.cells import MinGRU
from core_rnn.types import Inputs
from linen_rnn.as_linen import as_linen
from linen_rnn.dense.dense import DenseLayer
from linen_rnn.parts.gated import GatedCell
from linen_rnn.parts.over_time import OverTime


class Terms(nn.Module):
  """x_t -> a_t and b_t, of h_t = a_t h_{t-1} + b_t: [features]."""

  n: MinGRU

  @nn.compact
  def __call__(self, x: Inputs):
    """x [inputs] -> a, b [features]."""

    def layer(name, x):
      return DenseLayer(self.n.layers[name], name=name)(x)

    return self.n.terms(layer, x)


class AtOnce(nn.Module):
  """xs [time, inputs] -> h_time, every h_t [time, features], of `cell`."""

  n: MinGRU

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, inputs] -> h_time, every h_t [time, features]."""
    all_terms = nn.vmap(
      Terms, variable_axes={'params': None}, split_rngs={'params': False}
    )
    terms = all_terms(self.n, name='cell')
    return self.n.at_once(terms, xs, initial_carry, seq_length)


@as_linen(MinGRU)
def min_gru(n: MinGRU) -> nn.Module:
  if n.mode == 'associative':
    return AtOnce(n)
  return OverTime(GatedCell(n), n.first, n.reverse, n.unroll, n.zero_padding)
