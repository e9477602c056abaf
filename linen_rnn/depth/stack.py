"""Depth by `nn.scan`: layers of one kind, with parameters of their own."""

from flax import linen as nn

from core_rnn.networks.depth import Stack
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.residual import ResidualLayer, residual_layer


class Rows(nn.Module):
  """Layers in a row, [time, features] to [time, features], by that name."""

  n: Stack
  layers: nn.Module

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, features] -> ys [time, features], every h [layers, ...]."""
    xs = xs.astype(self.n.dtype or xs.dtype)
    return self.layers(xs, initial_carry, seq_length)


@as_linen(Stack)
def stack(n: Stack) -> nn.Module:
  scan = nn.scan(
    ResidualLayer,
    variable_axes={'params': 0},
    split_rngs={'params': True, 'dropout': True},
    in_axes=(0, nn.broadcast),
    length=n.layers,
    unroll=n.unroll,
  )
  return Rows(n, residual_layer(n, scan))
