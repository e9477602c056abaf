"""Depth by a loop, as a module."""

from collections.abc import Sequence

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.depth import LoopStack
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.residual import residual_layer


class LoopRows(nn.Module):
  """Layers in a row, of the names `layer_0`, `layer_1`, ...; [...] as they."""

  n: LoopStack
  layer: Sequence[nn.Module]

  def __call__(self, xs, initial_carry=None, seq_length=None):
    """xs [time, features] -> ys [time, features], every h [layers, ...]."""
    hs = []
    first = self.n.first_of_each(initial_carry)
    for layer, h in zip(self.layer, first, strict=True):
      xs, h = layer(xs, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)


@as_linen(LoopStack)
def loop_stack(n: LoopStack) -> nn.Module:
  # a module that is used twice would be one layer
  return LoopRows(n, [residual_layer(n) for _ in range(n.layers)])
