"""Linear state spaces in discrete time: the same functions in every way.

x' = A x + B u and y = C x + D u, with a diagonal A, one system a feature.
Source: Gu et al. (2022), On the Parameterization and Initialization of Diagonal
State Space Models; The Annotated S4, part 1.
"""

from typing import NamedTuple

from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float


class System(NamedTuple):
  """decay, B, C [features, state], D and step [features]: A = -exp(decay)."""

  step: Float[Array, 'features']
  decay: Float[Array, 'features state']
  b: Float[Array, 'features state']
  c: Float[Array, 'features state']
  d: Float[Array, 'features']


class Discrete(NamedTuple):
  """x_t = exp(rate) x_{t-1} + b u_t: both [features, state]."""

  rate: Float[Array, 'features state']
  b: Float[Array, 'features state']


def discretised(system: System) -> Discrete:
  """rate = step A, b = (exp(step A) - 1) / A B, both [features, state].

  Source: Gu et al. (2022), section 3.1, zero-order hold.
  """
  a = -jnp.exp(system.decay)
  rate = jnp.exp(system.step)[:, None] * a
  return Discrete(rate, jnp.expm1(rate) / a * system.b)


def kernel_of(system: System, time: int) -> Float[Array, 'time features']:
  """K_s = sum_m C_m exp(s rate_m) b_m, s = 0, ..., time - 1: [time, features].

  Source: The Annotated S4, part 1, `K_conv`.
  """
  rate, b = discretised(system)
  s = jnp.arange(time, dtype=rate.dtype)[:, None, None]
  return jnp.sum(jnp.exp(s * rate[None]) * (system.c * b)[None], -1)


def convolved(
  kernel: Float[Array, 'time features'],
  d: Float[Array, 'features'],
  us: Float[Array, 'time features'],
) -> Float[Array, 'time features']:
  """y_t = sum_s K_s u_{t-s} + D u_t: us [time, features] -> ys."""
  time, features = us.shape
  ys = lax.conv_general_dilated(
    us.T[None],
    kernel[::-1].T[:, None],
    window_strides=(1,),
    padding=[(time - 1, 0)],
    feature_group_count=features,
  )
  return ys[0].T + d[None] * us


def recurred(
  system: System,
  x: Float[Array, 'features state'],
  us: Float[Array, 'time features'],
) -> tuple[Float[Array, 'features state'], Float[Array, 'time features']]:
  """x_t = exp(rate) x_{t-1} + b u_t, y_t = C x_t + D u_t, [time, ...]."""
  rate, b = discretised(system)

  def step(x, u):
    x = jnp.exp(rate) * x + b * u[:, None]
    return x, jnp.sum(system.c * x, -1) + system.d * u

  return lax.scan(step, x, us)
