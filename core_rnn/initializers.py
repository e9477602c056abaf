"""Initializers, `init(key, shape, dtype)`, shared by all ways.

The scan notebook has two styles, and both work wherever an initializer is
expected: a factory that returns `init(key, shape)`, and a function with a
dtype.
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
  """An initializer with entries drawn from U[-scale, scale)."""

  scale: float

  def __call__(
    self, key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
  ) -> Float[Array, '...']:
    """Return the draw."""
    return jax.random.uniform(key, shape, dtype, -self.scale, self.scale)

  def __reduce__(self) -> tuple[Any, ...]:
    """Return `uniform(scale)` for pickle: there is one per scale."""
    return uniform, (self.scale,)


@functools.cache  # one scale, one function: defaults compare by identity
def uniform(scale: float = 0.1) -> Initializer:
  """Return an initializer with entries drawn from U[-scale, scale)."""
  return Uniform(scale)


def zeros(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """Return 0 in every entry; the key is not used."""
  del key
  return jnp.zeros(shape, dtype)


def ones(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """Return 1 in every entry; the key is not used."""
  del key
  return jnp.ones(shape, dtype)


@dataclasses.dataclass(frozen=True)
class LogUniform:
  """An initializer with entries log(u), u log-uniform in [low, high)."""

  low: float
  high: float

  def __call__(
    self, key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
  ) -> Float[Array, '...']:
    """Return the draw."""
    low, high = math.log(self.low), math.log(self.high)
    return jax.random.uniform(key, shape, dtype, low, high)


def log_counts(
  key: PRNGKey, shape: tuple[int, ...], dtype: DType = jnp.float32
) -> Float[Array, '...']:
  """Return log(1), log(2), ... along the last axis; no key is used."""
  del key
  counts = jnp.arange(1, shape[-1] + 1).astype(dtype)
  return jnp.broadcast_to(jnp.log(counts), shape)


def typed(init: Initializer) -> Initializer:
  """Return init(key, shape, dtype) for an initializer in either style.

  The draw of an initializer without a dtype is cast to the dtype.
  """
  if len(inspect.signature(init).parameters) > 2:
    return init

  def init_as(
    key: PRNGKey, shape: tuple[int, ...], dtype: DType
  ) -> Float[Array, '...']:
    return init(key, shape).astype(dtype)

  return init_as
