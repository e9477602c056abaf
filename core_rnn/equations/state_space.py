"""Linear state spaces: discretization, convolution kernel, convolution.

x' = A x + B u and y = C x + D u, with a diagonal A, and one system for each
feature.

Source: Gu et al. (2022), On the Parameterization and Initialization of Diagonal
State Space Models; The Annotated S4, part 1.
"""

from typing import NamedTuple

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float


class System(NamedTuple):
  """The parameters of one system for each feature.

  Attributes:
    step: log of the step size, [features].
    decay: log of -A, [features, state].
    b: B, [features, state].
    c: C, [features, state].
    d: D, [features].
  """

  step: Float[Array, 'features']
  decay: Float[Array, 'features state']
  b: Float[Array, 'features state']
  c: Float[Array, 'features state']
  d: Float[Array, 'features']


class Discrete(NamedTuple):
  """The system x_t = exp(rate) x_{t-1} + b u_t, both [features, state]."""

  rate: Float[Array, 'features state']
  b: Float[Array, 'features state']


MAX_LOG_RATE = 9.0  # exp(-exp(9)) is 0 in every dtype, and exp(9) is finite
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)  # over -1 <= s <= 1
GAUSS = ((NODES + 1) / 2, WEIGHTS / 2)


def discretised(system: System) -> Discrete:
  """Return rate = dt A and b = (exp(dt A) - 1) / A B, [features, state].

  dt = exp(step) is the step size. 1 / A can overflow where A is small, and dt
  can overflow where the rate is large, even if b and its derivatives are
  finite. So, where rate > -1, b is dt B times the mean of exp(rate s) over
  0 <= s <= 1; elsewhere, b is (1 - exp(rate)) / -A times B.

  Source: Gu et al. (2022), section 3.1, zero-order hold.
  """
  step = jnp.broadcast_to(system.step[:, None], system.decay.shape)
  log_rate = step + system.decay
  slow = log_rate < 0
  rate = -jnp.exp(jnp.minimum(log_rate, MAX_LOG_RATE))
  mean = mean_decay(jnp.where(slow, rate, 0.0))
  rest = 1 - jnp.exp(jnp.where(slow, -1.0, rate))
  scale = jnp.exp(jnp.where(slow, step, -system.decay))
  return Discrete(rate, scale * jnp.where(slow, mean, rest) * system.b)


def mean_decay(rate: Float[Array, '...']) -> Float[Array, '...']:
  """Return the mean of exp(rate s) over 0 <= s <= 1, for -1 <= rate <= 0.

  The mean is (exp(rate) - 1) / rate, but this quotient has no value and no
  derivative at 0. Gauss-Legendre quadrature with 8 nodes computes the integral
  with an error below the rounding error of every dtype.

  Args:
    rate: an array, [...].

  Returns:
    The means, [...].
  """
  s, weights = (jnp.asarray(v, rate.dtype) for v in GAUSS)
  terms = jax.vmap(lambda s, weight: weight * jnp.exp(rate * s))(s, weights)
  return jnp.sum(terms, 0)


def kernel_of(system: System, time: int) -> Float[Array, 'time features']:
  """Return K_s = sum_m C_m exp(s rate_m) b_m, s < time: [time, features].

  Source: The Annotated S4, part 1, `K_conv`.
  """
  rate, b = discretised(system)
  # a long sequence has more steps than the largest float16
  s = jnp.arange(time).astype(rate.dtype)[:, None, None]
  s = jnp.minimum(s, float(jnp.finfo(rate.dtype).max))
  return jnp.sum(jnp.exp(s * rate[None]) * (system.c * b)[None], -1)


def convolved(
  kernel: Float[Array, 'time features'],
  d: Float[Array, 'features'],
  us: Float[Array, 'time features'],
) -> Float[Array, 'time features']:
  """Return y_t = sum_s K_s u_{t-s} + D u_t for every t: [time, features]."""
  time, features = us.shape
  ys = lax.conv_general_dilated(
    us.T[None],
    kernel[::-1].T[:, None],
    window_strides=(1,),
    padding=[(time - 1, 0)],
    feature_group_count=features,
  )
  return ys[0].T + d[None] * us
