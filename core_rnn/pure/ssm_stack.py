"""Depth by layer_scan, with a slow setup that is batched over layers."""

from functools import partial

from jax import numpy as jnp

from core_rnn.initializers import ones, uniform
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, as_model
from core_rnn.pure.ssm import ssm_init, system_of
from core_rnn.pure.transforms.layer_scan import layer_scan
from core_rnn.state_space import convolved, kernel_of
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
) -> Functions:
  """us_l = us_{l-1} + tanh(ssm_l(us_{l-1})), for l = 1, ..., layers.

  us [time, features] -> us_layers [time, features]. Where batched_setup is on,
  the kernels of all layers are computed at once, before the loop over them.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Flax issue 1771, `SeqInternal` and its `slowfunction`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)

  def init_one(key):
    draw = partial(derive, key, 'layers', 'ssm')
    return {'ssm': ssm_init(draw, features, state, inits, param_dtype)}

  def rows(time: int, dtype: DType):
    def setup(params):
      return kernel_of(system_of(params['ssm'], dtype), time)

    def apply_one(params, kernel, us, key):
      del key  # no layer draws
      system = system_of(params['ssm'], dtype)
      if kernel is None:
        kernel = kernel_of(system, time)
      return us + jnp.tanh(convolved(kernel, system.d, us)), None

    before = setup if batched_setup else None
    return layer_scan(init_one, apply_one, layers, setup=before)

  def init(rngs, us):
    init_layers, _ = rows(len(us), us.dtype)
    return {'params': {'layers': init_layers(rngs['params'])}}

  def apply(variables, us):
    us = us.astype(dtype or us.dtype)
    _, apply_layers = rows(len(us), us.dtype)
    us, _ = apply_layers(variables['params']['layers'], us)
    return us

  return init, apply
