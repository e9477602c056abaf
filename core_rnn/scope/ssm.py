"""A state-space layer, as a convolution and as a recurrence."""

from functools import partial
from typing import Literal

from flax.core import Scope
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform
from core_rnn.scope.as_model import Function, as_model
from core_rnn.scope.transforms.layer_scan import derived
from core_rnn.state_space import System, convolved, kernel_of, recurred
from core_rnn.types import DType, Initializer


def system_of(scope: Scope, sizes, inits, dtype, param_dtype) -> System:
  """The parameters here, [features] or sizes, in the dtype computed in."""
  step_init, decay_init, kernel_init, skip_init = map(typed, inits)

  def param(name, init, shape):
    return scope.param(name, init, shape, param_dtype).astype(dtype)

  return System(
    param('step', step_init, sizes[:1]),
    param('decay', decay_init, sizes),
    param('B', kernel_init, sizes),
    param('C', kernel_init, sizes),
    param('D', skip_init, sizes[:1]),
  )


def ssm_layer(features, state, inits, dtype, param_dtype, mode) -> Function:
  """us [time, features] -> ys [time, features], one system a feature."""

  def layer(scope: Scope, us):
    us = us.astype(dtype or us.dtype)
    sizes = (features, state)
    system = system_of(scope, sizes, inits, us.dtype, param_dtype)
    if mode == 'convolution':
      kernel = derived(
        scope, 'kernel', partial(kernel_of, time=len(us)), system
      )
      return convolved(kernel, system.d, us)
    begun = scope.has_variable('cache', 'x')
    cache = scope.variable('cache', 'x', jnp.zeros, sizes, us.dtype)
    x, ys = recurred(system, cache.value, us)
    if begun and scope.is_mutable_collection('cache'):
      cache.value = x
    return ys

  return layer


@as_model(us='time features')
def ssm(
  features: int,
  state: int = 4,
  step_init: Initializer = uniform(1.0),
  decay_init: Initializer = uniform(1.0),
  kernel_init: Initializer = uniform(1.0),
  skip_init: Initializer = ones,
  dtype: DType | None = None,
  param_dtype: DType = jnp.float32,
  mode: Literal['convolution', 'recurrence'] = 'convolution',
) -> Function:
  """y_t = sum_s K_s u_{t-s} + D u_t, or x_t = A x_{t-1} + B u_t, y = C x + D u.

  us [time, features] -> ys [time, features], one system a feature. Both modes
  have the same parameters; the recurrence goes on from the collection `cache`,
  x [features, state], which `init` leaves at 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: The Annotated S4, part 1, `SSMLayer`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)
  return ssm_layer(features, state, inits, dtype, param_dtype, mode)
