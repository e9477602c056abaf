"""Residual layers in a row, in a Python loop."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.depth.loop_stack import LoopStack
from core_rnn.networks.depth.residual import Residual
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.residual import ResidualLayer


class LoopStackNetwork(nn.Module):
  """The network: xs [time, features] -> xs, hs."""

  n: LoopStack

  @nn.compact
  def __call__(self, xs, initial_carry=None, seq_length=None):
    """Return xs of the last layer, every h [layers, features]."""
    n, residual = self.n, self.n.inner(Residual)
    zero = [None] * n.layers
    carries = zero if initial_carry is None else [*initial_carry]
    hs = []
    for i, h in enumerate(carries):
      layer = ResidualLayer(residual, name=f'layer_{i}')
      xs, h = layer(xs, h, seq_length)
      hs.append(h)
    return xs, jnp.stack(hs)


@as_linen(LoopStack)
def loop_stack(n: LoopStack) -> nn.Module:
  return LoopStackNetwork(n)
