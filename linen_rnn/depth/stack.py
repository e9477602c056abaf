"""Residual layers in a row, with `nn.scan` over the layers."""

from flax import linen as nn

from core_rnn.networks.depth.residual import Residual
from core_rnn.networks.depth.stack import Stack
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.residual import ResidualLayer


class StackNetwork(nn.Module):
  """The network: xs [time, features] -> xs, hs."""

  n: Stack

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return xs of the last layer, every h [layers, features]."""
    n = self.n
    scan = nn.scan(
      ResidualLayer,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': True},
      in_axes=(0, nn.broadcast),  # of initial_carry, seq_length
      length=n.layers,
      unroll=n.unroll,
    )
    layers = scan(n.inner(Residual), name='layers')
    xs = xs.astype(n.dtype or xs.dtype)
    return layers(xs, initial_carry, seq_length)


@as_linen(Stack)
def stack(n: Stack) -> nn.Module:
  return StackNetwork(n)
