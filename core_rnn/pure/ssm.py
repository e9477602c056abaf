"""A state-space layer, as a convolution and as a recurrence."""

from functools import partial
from typing import Literal

from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform
from core_rnn.keys import derive
from core_rnn.pure.as_model import Functions, Moved, as_model
from core_rnn.state_space import System, convolved, kernel_of, recurred
from core_rnn.types import DType, Initializer


def ssm_init(draw, features: int, state: int, inits, param_dtype: DType):
  """step, decay, B, C, D, drawn in this order: [features] or [..., state]."""
  step_init, decay_init, kernel_init, skip_init = map(typed, inits)
  wide = (features, state)
  return {
    'step': step_init(draw(1), (features,), param_dtype),
    'decay': decay_init(draw(2), wide, param_dtype),
    'B': kernel_init(draw(3), wide, param_dtype),
    'C': kernel_init(draw(4), wide, param_dtype),
    'D': skip_init(draw(5), (features,), param_dtype),
  }


def system_of(params, dtype: DType) -> System:
  """The parameters [features, ...] as a system, in the dtype computed in."""
  names = ('step', 'decay', 'B', 'C', 'D')
  return System(*(params[name].astype(dtype) for name in names))


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
) -> Functions:
  """y_t = sum_s K_s u_{t-s} + D u_t, or x_t = A x_{t-1} + B u_t, y = C x + D u.

  us [time, features] -> ys [time, features], one system a feature. Both modes
  have the same parameters; the recurrence goes on from the collection `cache`,
  x [features, state], which `init` leaves at 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: The Annotated S4, part 1, `SSMLayer`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)

  def init(rngs, us):
    draw = partial(derive, rngs['params'])
    params = ssm_init(draw, features, state, inits, param_dtype)
    if mode == 'convolution':
      return {'params': params}
    zero = jnp.zeros((features, state), dtype or us.dtype)
    return {'params': params, 'cache': {'x': zero}}

  def apply(variables, us):
    us = us.astype(dtype or us.dtype)
    system = system_of(variables['params'], us.dtype)
    if mode == 'convolution':
      return convolved(kernel_of(system, len(us)), system.d, us)
    x = variables['cache']['x']
    x, ys = recurred(system, x, us)
    return Moved(ys, {'cache': {'x': x}})

  return init, apply
