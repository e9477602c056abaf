"""Linear state spaces in discrete time: the same functions in every way.

x' = A x + B u and y = C x + D u, with a diagonal A, one system a feature.
Source: Gu et al. (2022), On the Parameterization and Initialization of Diagonal
State Space Models; The Annotated S4, part 1.
"""

from typing import NamedTuple

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Bool, Float

from core_rnn.equations.padding import held


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


FORGOTTEN = 9.0  # exp(-exp(9)) is 0 in every dtype, exp(9) a number in each
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)  # over -1 <= s <= 1
GAUSS = ((NODES + 1) / 2, WEIGHTS / 2)


def discretised(system: System) -> Discrete:
  """rate = step A, b = (exp(step A) - 1) / A B, both [features, state].

  1 / A overflows where A is small, and step where it is large, though neither
  b nor its derivatives need do. So b is step B times the mean of exp(step A s)
  over 0 <= s <= 1, or, of a rate < -1, (1 - exp(step A)) / -A B.

  Source: Gu et al. (2022), section 3.1, zero-order hold.
  """
  step = jnp.broadcast_to(system.step[:, None], system.decay.shape)
  log_rate = step + system.decay
  slow = log_rate < 0
  rate = -jnp.exp(jnp.minimum(log_rate, FORGOTTEN))
  mean = mean_decay(jnp.where(slow, rate, 0.0))
  rest = 1 - jnp.exp(jnp.where(slow, -1.0, rate))
  held = jnp.exp(jnp.where(slow, step, -system.decay))
  return Discrete(rate, held * jnp.where(slow, mean, rest) * system.b)


def mean_decay(rate: Float[Array, '...']) -> Float[Array, '...']:
  """(exp(rate) - 1) / rate = int_0^1 exp(rate s) ds, -1 <= rate <= 0: [...].

  The integral has a value and derivatives at 0, where the quotient has none.
  By Gauss's rule it is a sum, of an error below any dtype's.
  """
  s, weights = (jnp.asarray(v, rate.dtype) for v in GAUSS)
  terms = jax.vmap(lambda s, weight: weight * jnp.exp(rate * s))(s, weights)
  return jnp.sum(terms, 0)


def kernel_of(system: System, time: int) -> Float[Array, 'time features']:
  """K_s = sum_m C_m exp(s rate_m) b_m, s = 0, ..., time - 1: [time, features].

  Source: The Annotated S4, part 1, `K_conv`.
  """
  rate, b = discretised(system)
  # a long sequence has steps that float16 has no number for
  s = jnp.arange(time).astype(rate.dtype)[:, None, None]
  s = jnp.minimum(s, float(jnp.finfo(rate.dtype).max))
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
  valid: Bool[Array, 'time'] | None = None,
) -> tuple[Float[Array, 'features state'], Float[Array, 'time features']]:
  """x_t = exp(rate) x_{t-1} + b u_t, y_t = C x_t + D u_t, [time, ...].

  Where a step is not valid, x stays, see `core_rnn.equations.padding`.
  """
  rate, b = discretised(system)

  def step(x, u):
    x = jnp.exp(rate) * x + b * u[:, None]
    return x, read(system, x, u)

  if valid is None:
    return lax.scan(step, x, us)
  held_step = lambda xs, scanned: held(step, scanned[0], xs, scanned[1])
  (_, x), ys = lax.scan(held_step, (x, x), (valid, us))
  return x, ys


def read(
  system: System,
  x: Float[Array, 'features state'],
  u: Float[Array, 'features'],
) -> Float[Array, 'features']:
  """y = C x + D u: [features]."""
  return jnp.sum(system.c * x, -1) + system.d * u
