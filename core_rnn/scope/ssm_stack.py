"""Depth by layer_scan, with a slow setup that is batched over layers."""

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import ones, uniform
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.ssm import ssm_layer
from core_rnn.scope.transforms.layer_scan import layer_scan
from core_rnn.types import DType, Initializer


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
) -> Function:
  """us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), for l = 1, ..., layers.

  us [time, features] -> us_layers [time, features]. Where batched_setup is on,
  the kernels of all layers are computed at once, before the loop over them.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, `SeqInternal` and its `slowfunction`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)
  ssm = ssm_layer(features, state, inits, dtype, param_dtype, 'convolution')

  def layer(scope: Scope, us):
    return us + jnp.tanh(scope.child(ssm, 'ssm')(us)), None

  def rows(scope: Scope, us):
    scan = layer_scan(
      layer,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      length=layers,
      batched_setup=batched_setup,
    )
    us, _ = scope.child(scan, 'layers')(us.astype(dtype or us.dtype))
    return us

  return rows
