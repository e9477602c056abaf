"""A state-space layer, as a convolution and as a recurrence."""

from functools import partial
from typing import Literal

from flax import linen as nn
from jax import numpy as jnp

from core_rnn.initializers import ones, typed, uniform
from core_rnn.state_space import System, convolved, kernel_of, recurred
from core_rnn.types import DType, Initializer
from linen_rnn.as_model import as_model
from linen_rnn.transforms.layer_scan import derived


class SSM(nn.Module):
  """us [time, features] -> ys [time, features], one system a feature."""

  features: int
  state: int
  inits: tuple[Initializer, ...]
  dtype: DType | None
  param_dtype: DType
  mode: str

  @nn.compact
  def __call__(self, us):
    """us [time, features] -> ys [time, features]."""
    us = us.astype(self.dtype or us.dtype)
    sizes = (self.features, self.state)
    step_init, decay_init, kernel_init, skip_init = map(typed, self.inits)

    def param(name, init, shape):
      value = self.param(name, init, shape, self.param_dtype)
      return value.astype(us.dtype)

    system = System(
      param('step', step_init, sizes[:1]),
      param('decay', decay_init, sizes),
      param('B', kernel_init, sizes),
      param('C', kernel_init, sizes),
      param('D', skip_init, sizes[:1]),
    )
    if self.mode == 'convolution':
      slow = partial(kernel_of, time=len(us))
      kernel = derived(self, 'kernel', slow, system)
      return convolved(kernel, system.d, us)
    begun = self.has_variable('cache', 'x')
    cache = self.variable('cache', 'x', jnp.zeros, sizes, us.dtype)
    x, ys = recurred(system, cache.value, us)
    if begun and self.is_mutable_collection('cache'):
      cache.value = x
    return ys


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
) -> nn.Module:
  """y_t = sum_s K_s u_{t-s} + D u_t, or x_t = A x_{t-1} + B u_t, y = C x + D u.

  us [time, features] -> ys [time, features], one system a feature. Both modes
  have the same parameters; the recurrence goes on from the collection `cache`,
  x [features, state], which `init` leaves at 0.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: The Annotated S4, part 1, `SSMLayer`.
  """
  inits = (step_init, decay_init, kernel_init, skip_init)
  return SSM(features, state, inits, dtype, param_dtype, mode)
