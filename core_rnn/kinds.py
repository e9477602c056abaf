"""The kinds of hyperparameters, which annotate the fields of a network.

A kind is a type with the conditions that its values meet.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import jax
from jax import numpy as jnp
from typing_extensions import TypeAliasType

from core_rnn.types import Activation, DType, Initializer

__all__ = [
  'Activation',
  'Axes',
  'Axis',
  'Floating',
  'Initializer',
  'Rate',
  'Size',
  'Sizes',
  'Threshold',
  'meaning',
]


class Condition(NamedTuple):
  """A condition on a value, in words and as a function to a bool."""

  words: str
  holds: Callable[[Any], bool]

  def __repr__(self) -> str:
    return self.words


def is_floating(dtype: DType) -> bool:
  """Return whether NumPy takes dtype for a floating dtype."""
  try:
    # None would be float64 to NumPy
    return dtype is not None and jnp.issubdtype(jnp.dtype(dtype), jnp.floating)
  except TypeError:
    return False


def is_enabled(dtype: DType) -> bool:
  """Return whether JAX has the dtype, as it is configured."""
  return jax.dtypes.canonicalize_dtype(dtype) == jnp.dtype(dtype)


def meaning(kind: Any) -> Any:
  """Return the annotation that a kind is the name of."""
  return kind.__value__ if isinstance(kind, TypeAliasType) else kind


# Aliases, since help() and inspect.signature() print the name of an alias.
Axis = TypeAliasType('Axis', int)
"""An axis of an array, counted from either end."""

Axes = TypeAliasType('Axes', Sequence[Axis])
"""Axes of an array; there may be none."""

Floating = TypeAliasType(
  'Floating',
  Annotated[
    Any,
    Condition('a floating dtype', is_floating),
    Condition('at most 32 bits, as jax_enable_x64 is off', is_enabled),
  ],
)
"""What NumPy takes for a floating dtype: `jnp.bfloat16`, `'float32'`, ..."""

Rate = TypeAliasType(
  'Rate',
  Annotated[float, Condition('a number in [0, 1)', lambda p: 0 <= p < 1)],
)
"""A probability, less than 1."""

Size = TypeAliasType(
  'Size', Annotated[int, Condition('an int >= 1', lambda n: n >= 1)]
)
"""A number of entries, layers or steps."""

Sizes = TypeAliasType(
  'Sizes', Annotated[Sequence[Size], Condition('at least one', bool)]
)
"""Several sizes, one for each layer."""

Threshold = TypeAliasType(
  'Threshold',
  Annotated[float, Condition('a number >= 0', lambda x: x >= 0)],
)
"""A bound on a magnitude."""
