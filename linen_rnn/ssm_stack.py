"""Depth by layer_scan, with a slow setup that is batched over layers."""

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.ssm import SSM
from linen_rnn.transforms.layer_scan import layer_scan


class ResidualSSM(nn.Module):
  """us + tanh(ssm(us)), [time, features], of parameters `ssm`."""

  ssm: SSM

  def __call__(self, us):
    """us [time, features] -> us [time, features], nothing."""
    return us + jnp.tanh(self.ssm(us)), None


class SSMStack(nn.Module):
  """Layers in a row, [time, features] to [time, features]."""

  layers: nn.Module
  dtype: DType | None

  def __call__(self, us):
    """us [time, features] -> us [time, features]."""
    us, _ = self.layers(us.astype(self.dtype or us.dtype))
    return us


@as_model(us='time features')
def ssm_stack(
  features: int,
  layers: int,
  state: int = 4,
  step_init: Initializer = uniform(1.0),
  decay_init: Initializer = uniform(1.0),
  kernel_init: Initializer = uniform(1.0),
  skip_init: Initializer = ones,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  batched_setup: bool = True,
) -> nn.Module:
  """us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), for l = 1, ..., layers.

  us [time, features] -> us_layers [time, features]. Where batched_setup is on,
  the kernels of all layers are computed at once, before the loop over them.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, `SeqInternal` and its `slowfunction`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)
  ssm = SSM(features, state, inits, dtype, param_dtype, 'convolution')
  scan = layer_scan(
    ResidualSSM,
    variable_axes={'params': 0},
    split_rngs={'params': True},
    length=layers,
    batched_setup=batched_setup,
  )
  return SSMStack(scan(ssm), dtype)
