"""State space models in a row, with `layer_scan`."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.networks.depth.ssm import SSM
from core_rnn.networks.depth.ssm_stack import SSMStack
from core_rnn.padding import fill_padding, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.depth.ssm import SSMLayer
from linen_rnn.transforms.layer_scan import layer_scan


class ResidualSSM(nn.Module):
  """A layer: us [time, features] -> us + tanh(ssm(us)), None."""

  n: SSM

  @nn.compact
  def __call__(self, us):
    """Return us + tanh(ssm(us)) [time, features], and None."""
    return us + jnp.tanh(SSMLayer(self.n, name='ssm')(us)), None


class SSMStackNetwork(nn.Module):
  """The network: us [time, features] -> us [time, features]."""

  n: SSMStack

  @nn.compact
  def __call__(self, us, seq_length=None):
    """Return us of the last layer [time, features]."""
    n = self.n
    scan = layer_scan(
      ResidualSSM,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      length=n.layers,
      batched_setup=n.batched_setup,
    )
    _, us = mark_padding(us.astype(n.dtype or us.dtype), seq_length)
    us, _ = scan(n.inner(SSM), name='layers')(us)
    return fill_padding(us, seq_length, n.zero_padding)


@as_linen(SSMStack)
def ssm_stack(n: SSMStack) -> nn.Module:
  return SSMStackNetwork(n)
