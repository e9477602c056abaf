"""Initial values: `init(key, shape, dtype)`, the same functions in every way.

The two styles of the scan notebook both work wherever one is asked for: a
factory that returns `init(key, shape)`, and a plain function with a dtype.
"""

import dataclasses
import functools
import inspect
import math
from typing import Any

import jax
from jax import numpy as jnp
from jaxtyping import Array, Float

from core_rnn.types import DType, Initializer, PRNGKey


@dataclasses.dataclass(frozen=True)
class Uniform:
  """init with entries of shape [...] drawn from U[-scale, scale)."""

  scale: float

  def __call__(
    self, key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
  ) -> Float[Array, '...']:
    """The draw, of shape [...]."""
    return jax.random.uniform(key, shape, dtype, -self.scale, self.scale)

  def __reduce__(self) -> tuple[Any, ...]:
    """How pickle finds it: as the one that there is of this scale."""
    return uniform, (self.scale,)


@functools.cache  # one scale, one function: defaults compare by identity
def uniform(scale: float = 0.1) -> Initializer:
  """init with entries of shape [...] drawn from U[-scale, scale)."""
  return Uniform(scale)


def zeros(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """0 in every entry, shape [...]; the key is not used."""
  del key
  return jnp.zeros(shape, dtype)


def ones(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """1 in every entry, shape [...]; the key is not used."""
  del key
  return jnp.ones(shape, dtype)


@dataclasses.dataclass(frozen=True)
class LogUniform:
  """init with entries log(u), u log-uniform in [low, high): shape [...]."""

  low: float
  high: float

  def __call__(
    self, key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
  ) -> Float[Array, '...']:
    """The draw, of shape [...]."""
    low, high = math.log(self.low), math.log(self.high)
    return jax.random.uniform(key, shape, dtype, low, high)


def log_counts(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """log(1), log(2), ... along the last axis, shape [...]; no key is used."""
  del key
  counts = jnp.arange(1, shape[-1] + 1).astype(dtype)
  return jnp.broadcast_to(jnp.log(counts), shape)


def typed(init: Initializer) -> Initializer:
  """init(key, shape, dtype) to shape [...], of an init in either style.

  One without a dtype draws in its own and is cast: init(key, shape) -> dtype.
  """
  if len(inspect.signature(init).parameters) > 2:
    return init

  def init_as(
    key: PRNGKey, shape: tuple[int, ...], dtype: DType
  ) -> Float[Array, '...']:
    return init(key, shape).astype(dtype)

  return init_as
