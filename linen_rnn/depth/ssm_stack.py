"""Depth by `layer_scan`, its setup batched, as a module."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.equations.padding import padded
from core_rnn.networks.depth import SSMStack
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.ssm import Convolution
from linen_rnn.transforms.layer_scan import layer_scan


class ResidualSSM(nn.Module):
  """us + tanh(ssm(us)), [time, features], of parameters `ssm`."""

  ssm: Convolution

  def __call__(self, us):
    """us [time, features] -> us [time, features], nothing."""
    return us + jnp.tanh(self.ssm(us)), None


class SSMRows(nn.Module):
  """Layers in a row, [time, features] to [time, features]."""

  n: SSMStack
  layers: nn.Module

  def __call__(self, us, seq_length=None):
    """us [time, features] -> us [time, features]."""
    _, us = padded(us.astype(self.n.dtype or us.dtype), seq_length)
    us, _ = self.layers(us)
    return self.n.ended(us, seq_length)


@as_linen(SSMStack)
def ssm_stack(n: SSMStack) -> nn.Module:
  scan = layer_scan(
    ResidualSSM,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    length=n.layers,
    batched_setup=n.batched_setup,
  )
  return SSMRows(n, scan(Convolution(n)))
